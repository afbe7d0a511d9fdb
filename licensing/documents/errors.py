"""How documents say no."""

from __future__ import annotations

from config.errors import NotFound, RuleBroken, Unavailable


class AttachmentNotFound(NotFound):
    """There is no such file in this application."""


class FileNameRefused(RuleBroken):
    """The name of a file is empty, long, or has characters that cannot be seen or turn text around."""


class FileTooLarge(RuleBroken):
    """The file, or all files of the application together, exceed the limit."""


class TooManyFiles(RuleBroken):
    """The application has as many files as it may have."""


class FileTypeRefused(RuleBroken):
    """The content is no PDF, PNG or JPEG, whatever its name says, or is a second format at the same time."""


class FileUnreadable(RuleBroken):
    """The file is damaged or cut, so nobody could read it later."""


class FileLocked(RuleBroken):
    """The PDF is encrypted."""


class ActiveContentRefused(RuleBroken):
    """The PDF has scripts, launches programs, sends data or carries other files."""


class ImageTooLarge(RuleBroken):
    """The picture has more pixels than a scan needs."""


class InspectionUnavailable(Unavailable):
    """The file could not be looked into just now."""
