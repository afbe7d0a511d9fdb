"""Asks LibreOffice through UNO, run by the Python that knows it (on Debian /usr/bin/python3 with python3-uno).

python3 office.py sign FOLDER CERTIFICATES   writes libreoffice.pdf and libreoffice_twice.pdf with a key of an NSS store
python3 office.py verify FOLDER              prints as JSON what it says of the signatures of each PDF in the folder
"""

# mypy: ignore-errors
# UNO has no types, and is not there where types are checked.

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException

PIPE = f"antin-{os.getpid()}"
TRIES, PAUSE = 240, 0.25  # a minute until it answers


class Office:
    """A LibreOffice without windows, with a profile of its own in `folder`."""

    def __init__(self, folder: Path, certificates: Path | None = None) -> None:
        if certificates is not None:
            os.environ["MOZILLA_CERTIFICATE_FOLDER"] = f"sql:{certificates}"
        listening = f"--accept=pipe,name={PIPE};urp;"
        command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile", listening]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.context = self._answered()

    def _answered(self):
        here = uno.getComponentContext()
        resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
        for _ in range(TRIES):
            try:
                return resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
            except NoConnectException:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(PAUSE)
        self.process.kill()
        raise RuntimeError("LibreOffice does not answer.")

    def create(self, name: str):
        """One of its services."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def end(self) -> None:
        self.create("com.sun.star.frame.Desktop").terminate()
        self.process.wait(60)


def named(**values: object) -> tuple:
    """UNO's way to give arguments by name."""
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


def sign(office: Office, folder: Path) -> None:
    """A drawing exported and signed in one go, and a copy of it signed once more."""
    signatures = office.create("com.sun.star.security.DocumentDigitalSignatures")
    security = office.create("com.sun.star.xml.crypto.SEInitializer").createSecurityContext("")
    certificate = security.getSecurityEnvironment().getPersonalCertificates()[0]
    desktop = office.create("com.sun.star.frame.Desktop")
    drawing = desktop.loadComponentFromURL("private:factory/sdraw", "_blank", 0, named(Hidden=True))
    shape = drawing.createInstance("com.sun.star.drawing.TextShape")
    drawing.getDrawPages().getByIndex(0).add(shape)
    shape.setString("Pay one hundred dong to the bearer.")
    options = uno.Any("[]com.sun.star.beans.PropertyValue", named(SignPDF=True, SignatureCertificate=certificate))
    once, twice = folder / "libreoffice.pdf", folder / "libreoffice_twice.pdf"
    drawing.storeToURL(once.as_uri(), named(FilterName="draw_pdf_Export", FilterData=options))
    drawing.close(True)
    shutil.copyfile(once, twice)
    stream = office.create("com.sun.star.ucb.SimpleFileAccess").openFileReadWrite(twice.as_uri())
    if not signatures.signDocumentWithCertificate(certificate, None, stream):
        raise RuntimeError("LibreOffice does not sign a second time.")
    stream.getOutputStream().closeOutput()


def verify(folder: Path) -> dict[str, list[list[bool]] | None]:
    """By file name, for each signature that it sees: whether it is valid, and whether it covers only a part.

    None where LibreOffice itself comes to its end over the file.
    """
    found, office = {}, Office(folder)
    for path in sorted(folder.glob("*.pdf")):
        try:
            found[path.stem] = verified(office, path)
        except DisposedException:
            found[path.stem] = None
            office.process.wait(60)
            office = Office(folder)
    office.end()
    return found


def verified(office: Office, path: Path) -> list[list[bool]]:
    """The same of one file."""
    stream = office.create("com.sun.star.ucb.SimpleFileAccess").openFileRead(path.as_uri())
    signatures = office.create("com.sun.star.security.DocumentDigitalSignatures")
    said = signatures.verifyDocumentContentSignatures(None, stream)
    stream.closeInput()
    return [[bool(one.SignatureIsValid), bool(one.PartialDocumentSignature)] for one in said]


def main(what: str, place: str, certificates: str | None = None) -> None:
    folder = Path(place).resolve()
    if what == "verify":
        print(json.dumps(verify(folder)))
        return
    office = Office(folder, Path(certificates).resolve())
    try:
        sign(office, folder)
    finally:
        office.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
