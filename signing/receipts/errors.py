"""Why a receipt is not there."""

from config.errors import NotFound


class ReceiptNotFound(NotFound):
    """There is no such receipt."""
