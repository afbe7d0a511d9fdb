"""Whether the newest paper of a licence was withdrawn because a key that signed it was lost, and no other has come yet.

The licence is in force by its acts in the log, whatever becomes of a file; so this is a notice beside the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from config.unit_of_work import Work
from registry.entries.models import Paper
from registry.verification.result import Finding, Notice

TOUCHED = sa.text("SELECT EXISTS (SELECT FROM touched_papers WHERE paper_id = :paper)")  # asked with every verdict
# Where somebody relies on the paper, or will; one that was revoked or has expired gets no other paper.
MATTERS = (Finding.VALID, Finding.PENDING, Finding.NOT_YET, Finding.LOG_UNREACHABLE)


def notice_of(work: Work, paper: Paper, finding: Finding) -> Notice | None:
    """What to tell beside the verdict; None where the newest paper stands."""
    return Notice.PAPER_WITHDRAWN if finding in MATTERS and is_withdrawn(work, paper) else None


def is_withdrawn(work: Work, paper: Paper) -> bool:
    """Whether a lost key touched it, so that no file of it is accepted."""
    return bool(work.session.scalar(TOUCHED, {"paper": paper.id}))


WORDS: Mapping[Notice, Mapping[str, str]] = {
    Notice.PAPER_WITHDRAWN: {
        "vi": "Tệp của giấy phép này không dùng được nữa vì khóa ký số đã bị lộ. Giấy phép vẫn có trong sổ đăng ký "
        "đúng như bên dưới; cơ quan cấp sẽ ký và công bố tệp mới.",
        "en": "The file of this licence is not accepted any more, because a key that signed it was lost. The licence "
        "stands in the register as shown below; the agency will sign and publish a new file.",
    },
}
ADVICE: Mapping[Notice, Mapping[str, str]] = {
    Notice.PAPER_WITHDRAWN: {
        "vi": "Hãy căn cứ vào kết quả tra cứu này, không căn cứ vào tệp hay bản in đang cầm. Nếu cần nộp tệp, "
        "hãy đợi tệp mới tại trang này hoặc hỏi cơ quan cấp.",
        "en": "Rely on this look-up, not on a file or print in your hand. Where a file must be handed in, wait for the "
        "new one on this page, or ask the issuing agency.",
    },
}
