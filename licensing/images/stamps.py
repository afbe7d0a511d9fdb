"""The images of one document's two stamps, and where they stand in the places that its layout keeps."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from signing.pades.fields import Box
from signing.pades.placement import Size, seal_place, signature_place

Corners = tuple[float, float, float, float]


@dataclass(frozen=True)
class StampImage:
    """A stored picture by its SHA-256, and its real size."""

    sha256: str
    size: Size


@dataclass(frozen=True)
class StampImages:
    """Of the signatory's signature and of the agency's seal; None where the stamp is set in words."""

    signature: StampImage | None = None
    seal: StampImage | None = None

    @property
    def pictures(self) -> tuple[str | None, str | None]:
        """SHA-256 of the signature's picture and of the seal's."""
        signature, seal = self.signature, self.seal
        return signature.sha256 if signature else None, seal.sha256 if seal else None

    def places(self, official: Corners, seal: Corners) -> tuple[Corners, Corners]:
        """Where the two fields stand, from the layout's places for them (x1, y1, x2, y2 in points).

        A seal without a signature's image covers the left third of the place that is kept for the signature.
        """
        signed = Box(*official)
        if self.signature is not None:
            signed = signature_place(signed, self.signature.size)
        return _corners(signed), _corners(seal_place(signed, self.seal.size)) if self.seal else seal


NO_IMAGES = StampImages()


def _corners(box: Box) -> Corners:
    left, bottom, right, top, _ = astuple(box)
    return left, bottom, right, top
