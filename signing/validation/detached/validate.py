"""Validates a signature that is no PDF's, step by step; the numbers are those of `signing.validation.validate`.

1. Take the file: not too large; a CMS (DER, PEM or base64) or an XML.
2. Count the signatures. 3. Structure: what is signed, and that nothing else stands beside it.
4. Cryptography. 5. Timestamps. 6. Certificates: the path to our roots and revocation, at the time of signing.
8. Verdict: the worst finding decides. There is no step 7: nothing can be added to such a document unseen.
"""

from __future__ import annotations

from datetime import datetime

from signing.trust.anchors import TrustStore
from signing.trust.revocation import Revocation
from signing.validation.detached.cms_signature import validate_cms
from signing.validation.detached.form import Form, form_of
from signing.validation.detached.verdict import Unreadable
from signing.validation.detached.xml_signature import validate_xml
from signing.validation.policy import LARGEST_FILE
from signing.validation.report import TOO_COMPLEX, Report, Verdict


def validate_detached(
    signature: bytes,
    content: bytes | None,
    trust: TrustStore,
    at: datetime,
    revocation: Revocation | None = None,
) -> Report:
    """The verdict on `signature` as of `at`; never raises, whatever the files hold.

    `content` is the document beside it; None where the signature carries what it signs (enveloping CMS, most XML).
    """
    if len(signature) + len(content or b"") > LARGEST_FILE:
        return Report(Verdict.INDETERMINATE, at, (TOO_COMPLEX,))
    try:
        form, octets = form_of(signature)
        if form is Form.XML:
            return validate_xml(octets, content, trust, at)
        return validate_cms(octets, content, trust, at, revocation)
    except Unreadable as error:
        return Report(Verdict.UNREADABLE, at, (str(error),))
    except (MemoryError, RecursionError):
        return Report(Verdict.INDETERMINATE, at, (TOO_COMPLEX,))
    except Exception:  # a hostile file may provoke anything; an answer is owed all the same
        return Report(Verdict.INDETERMINATE, at, ("The document could not be analysed.",))
