"""A piece of paper with title, signature, seal and name, as numbers for a drawing: the same places as on a document."""

from __future__ import annotations

from dataclasses import dataclass

from licensing.images.models import AppearanceImage
from licensing.images.stamps import Corners, StampImage, StampImages
from signing.pades.placement import Size

WIDTH, HEIGHT = 340.0, 190.0  # points
ROOM: Corners = (120.0, 62.0, 270.0, 128.0)  # as large as the shipped layouts keep for a signature
MIDDLE = (ROOM[0] + ROOM[2]) / 2


@dataclass(frozen=True)
class Placed:
    """An image on the paper: x and y of its upper left corner, width and height in points."""

    image: AppearanceImage
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Preview:
    """Size of the paper in points, where its middle axis is, and the images in the order in which they are stamped."""

    width: float
    height: float
    middle: float
    images: list[Placed]


def preview(signature: AppearanceImage | None, seal: AppearanceImage | None = None) -> Preview:
    """How both stand together; a seal alone stands over the place that is kept for the signature."""
    signed, sealed = StampImages(_stamp(signature), _stamp(seal)).places(ROOM, ROOM)
    placed = [_placed(image, at) for image, at in ((signature, signed), (seal, sealed)) if image is not None]
    return Preview(WIDTH, HEIGHT, MIDDLE, placed)


def _stamp(image: AppearanceImage | None) -> StampImage | None:
    return StampImage(image.sha256, Size(float(image.width_mm), float(image.height_mm))) if image else None


def _placed(image: AppearanceImage, corners: Corners) -> Placed:
    x1, y1, x2, y2 = corners
    return Placed(image, round(x1, 2), round(HEIGHT - y2, 2), round(x2 - x1, 2), round(y2 - y1, 2))
