"""The blanks of a document as the signer process looks at them before a seal: filled as on record, and no more."""

from collections.abc import Mapping
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis.policy_api import DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm

from signing.pades.blanks import blanks_of
from signing.signer.errors import SealRefused
from signing.validation.our_changes import OUR_CHANGES
from signing.validation.policy import DECODE_LIMITS


def check_filled(signed: bytes, revision: bytes, filled: Mapping[str, str]) -> None:
    """Refuse (SealRefused) unless `revision` fills the blanks of `signed` with exactly these texts and changes no more.

    The appearance of each is drawn again and compared (signing/validation/blanks.py). A document without blanks is not
    looked into: its seal fills nothing.
    """
    foreseen = blanks_of(signed)
    if set(foreseen) != set(filled):
        raise SealRefused("Other texts are on record than the document has blanks for.")
    if not foreseen:
        return
    if any(text is not None for text in foreseen.values()):
        raise SealRefused("A blank was filled before the official signed.")
    if blanks_of(revision) != dict(filled):
        raise SealRefused("The revision does not say what is on record for it.")
    try:
        before = int(PdfFileReader(BytesIO(signed), decode_limits=DECODE_LIMITS).xrefs.total_revisions) - 1
        reader = PdfFileReader(BytesIO(revision), decode_limits=DECODE_LIMITS)
        result = OUR_CHANGES.review_file(reader, before, doc_mdp=MDPPerm.FILL_FORMS)
    except Exception as error:  # pyHanko raises whatever a strange revision provokes
        raise SealRefused("What the revision changes cannot be told.") from error
    if not isinstance(result, DiffResult) or result.modification_level > ModificationLevel.FORM_FILLING:
        raise SealRefused("The revision changes something else than its blanks and the seal.")
