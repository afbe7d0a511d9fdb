"""Signs with LibreOffice, run by the Python that knows UNO: python3 libreoffice.py FOLDER CERTIFICATES (an NSS store).

Writes libreoffice.pdf (exported and signed in one go) and libreoffice_twice.pdf (the same, signed once more).
"""

# mypy: ignore-errors
# It runs where those programs are, not where types are checked.

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

PIPE = "antin-samples"


def started(folder: Path, certificates: Path) -> tuple:
    """A LibreOffice without windows, and its component context."""
    os.environ["MOZILLA_CERTIFICATE_FOLDER"] = f"sql:{certificates}"
    listening = f"--accept=pipe,name={PIPE};urp;"
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile", listening]
    office = subprocess.Popen(command)
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(120):
        try:
            return office, resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.5)
    raise RuntimeError("LibreOffice does not answer.")


def named(**values: object) -> tuple:
    """UNO's way to give arguments by name."""
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


def main(folder: Path, certificates: Path) -> None:
    office, context = started(folder, certificates)
    create = context.ServiceManager.createInstanceWithContext
    desktop = create("com.sun.star.frame.Desktop", context)
    try:
        sign(folder, create, context, desktop)
    finally:
        desktop.terminate()
        office.wait(60)


def sign(folder: Path, create: object, context: object, desktop: object) -> None:
    """Both files."""
    signatures = create("com.sun.star.security.DocumentDigitalSignatures", context)
    security = create("com.sun.star.xml.crypto.SEInitializer", context).createSecurityContext("")
    certificate = security.getSecurityEnvironment().getPersonalCertificates()[0]
    text = desktop.loadComponentFromURL("private:factory/sdraw", "_blank", 0, named(Hidden=True))
    shape = text.createInstance("com.sun.star.drawing.TextShape")
    text.getDrawPages().getByIndex(0).add(shape)
    shape.setString("Pay one hundred dong to the bearer.")
    options = uno.Any("[]com.sun.star.beans.PropertyValue", named(SignPDF=True, SignatureCertificate=certificate))
    target = f"file://{folder}/libreoffice.pdf"
    text.storeToURL(target, named(FilterName="draw_pdf_Export", FilterData=options))
    text.close(True)
    shutil.copyfile(folder / "libreoffice.pdf", folder / "libreoffice_twice.pdf")
    access = create("com.sun.star.ucb.SimpleFileAccess", context)
    stream = access.openFileReadWrite(f"file://{folder}/libreoffice_twice.pdf")
    if not signatures.signDocumentWithCertificate(certificate, None, stream):
        raise RuntimeError("LibreOffice does not sign a second time.")
    stream.getOutputStream().closeOutput()


main(Path(sys.argv[1]), Path(sys.argv[2]))
