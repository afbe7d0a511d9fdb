"""How images say no."""

from __future__ import annotations

from config.errors import NotAllowed, NotFound, RuleBroken, Unavailable


class ImageNotFound(NotFound):
    """There is no such image, or it is not the caller's to see."""


class ImageNotYours(NotAllowed):
    """Only the person, or an administrator of the agency, may do this."""


class PictureNotPng(RuleBroken):
    """The content is no PNG, whatever its name says, or is a second format at the same time."""


class PictureDamaged(RuleBroken):
    """The picture is cut or changed, or its pixels are not those that its head tells of."""


class PictureMoves(RuleBroken):
    """The picture is an animation."""


class PictureTooLarge(RuleBroken):
    """The picture has more bytes or pixels than a signature or seal needs."""


class PictureNotTransparent(RuleBroken):
    """The picture has a background."""


class PictureEmpty(RuleBroken):
    """Nothing is drawn on the picture."""


class PictureColourWrong(RuleBroken):
    """The picture has not the colour that the law names."""


class PictureSizeWrong(RuleBroken):
    """The size in millimetres is missing, or no signature or seal has it."""


class DrawingUnavailable(Unavailable):
    """The picture could not be looked into just now."""
