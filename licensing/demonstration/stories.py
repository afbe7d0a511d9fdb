"""The applications of the demonstration: whose each is, when it was handed in, how far it has come and who works on it.

Days are working days before the day on which the demonstration is set up, so that it is always about now.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from licensing.demonstration.businesses import BUSINESSES, CATERING, OTHER, SMALL, TRADE, Business


class Until(StrEnum):
    """The last thing that has happened, in the order of the line."""

    STARTED = "started"
    DOCUMENTED = "documented"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    HANDED_OVER = "handed over"
    CHECKING = "checking"
    JUDGED = "judged"
    CHECKED = "checked"
    PLANNING = "planning"
    PLANNED = "planned"
    INSPECTING = "inspecting"
    INSPECTED = "inspected"
    RECOMMENDING = "recommending"
    RECOMMENDED = "recommended"
    REVIEWING = "reviewing"
    REVIEWED = "reviewed"
    DECIDED = "decided"


class Ending(StrEnum):
    """What happens besides the line."""

    NONE = ""
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    SIGNED = "signed"
    SEALED = "sealed"


@dataclass(frozen=True)
class Story:
    """One application for the establishment `at` (empty: the business itself), begun `ago` working days ago.

    `slow` are the working days by which its inspection was longer in coming than usual; with a `plan` of the premises,
    which goes out with the licence.
    """

    of: str
    ago: int
    until: Until
    kind: str
    people: int
    products: tuple[str, ...]
    at: str = ""
    ending: Ending = Ending.NONE
    refused: bool = False
    slow: int = 0
    plan: bool = False
    officer: str = "thamdinh"
    approver: str = "lanhdao"

    @property
    def business(self) -> Business:
        return BUSINESSES[self.of]

    @property
    def establishment(self) -> str:
        return self.at or self.business.name


SECOND, HEAD = "thamdinh2", "giamdoc"
_SOLD = ("Thịt và sản phẩm từ thịt", "Rau, củ, quả tươi sống", "Thực phẩm bao gói sẵn")
STORIES = (
    # The business whose account everybody tries first.
    Story("doanhnghiep", 1, Until.STARTED, TRADE, 8, _SOLD[1:], at="Cửa hàng thực phẩm sạch Ví Dụ - cơ sở 2"),
    Story("doanhnghiep", 2, Until.SUBMITTED, CATERING, 12, ("Suất ăn ca",), at="Bếp ăn công nghiệp Ví Dụ"),
    Story("doanhnghiep", 6, Until.JUDGED, TRADE, 9, _SOLD[:1], at="Kho lạnh và sơ chế thực phẩm Ví Dụ"),
    Story(
        "doanhnghiep",
        21,
        Until.DECIDED,
        TRADE,
        4,
        ("Thực phẩm chín ăn ngay",),
        at="Quầy thực phẩm chín Ví Dụ - chợ Minh Họa",
        ending=Ending.SEALED,
        slow=6,
        refused=True,
    ),
    Story(
        "doanhnghiep",
        20,
        Until.DECIDED,
        OTHER,
        36,
        ("Giò, chả, xúc xích", "Thịt chế biến đông lạnh"),
        at="Xưởng chế biến thực phẩm Ví Dụ",
        ending=Ending.SEALED,
        slow=6,
        plan=True,
    ),
    # Granted: signed, sealed and published now by the running processes.
    Story(
        "suatan", 22, Until.DECIDED, CATERING, 45, ("Suất ăn công nghiệp",), ending=Ending.SEALED, approver=HEAD, slow=8
    ),
    Story("banhcuon", 19, Until.DECIDED, SMALL, 4, ("Bánh cuốn", "Bánh ướt"), ending=Ending.SEALED, slow=5),
    Story(
        "nongsan", 18, Until.DECIDED, TRADE, 15, ("Rau, củ, quả sơ chế",), ending=Ending.SEALED, officer=SECOND, slow=4
    ),
    # Signed, waiting for the seal.
    Story("pho", 17, Until.DECIDED, CATERING, 6, ("Phở bò", "Bún bò"), ending=Ending.SIGNED, slow=3, plan=True),
    Story(
        "banhkeo", 16, Until.DECIDED, OTHER, 28, ("Bánh quy", "Kẹo lạc"), ending=Ending.SIGNED, approver=HEAD, slow=2
    ),
    # Decided, waiting for the signature.
    Story("che", 15, Until.DECIDED, SMALL, 11, ("Chè xanh", "Chè đen"), officer=SECOND, slow=1),
    Story("thuysan", 14, Until.DECIDED, OTHER, 52, ("Cá phi lê đông lạnh", "Tôm đông lạnh"), plan=True),
    Story("comvanphong", 15, Until.DECIDED, CATERING, 7, ("Cơm suất",), officer=SECOND, slow=1),
    Story("nuocuong", 14, Until.DECIDED, OTHER, 19, ("Nước uống đóng chai",), approver=HEAD),
    Story("gao", 15, Until.DECIDED, TRADE, 9, ("Gạo đóng túi",), refused=True, officer=SECOND),
    # Waiting for the decision, for the head of division, for the recommendation.
    Story("giocha", 23, Until.REVIEWED, SMALL, 5, ("Giò lụa", "Chả quế"), slow=10),
    Story("rausach", 14, Until.REVIEWED, TRADE, 13, ("Rau ăn lá", "Rau gia vị"), officer=SECOND, slow=1),
    Story("tieccuoi", 13, Until.RECOMMENDED, CATERING, 40, ("Tiệc cưới", "Tiệc hội nghị"), officer=SECOND, slow=1),
    Story("bunmam", 22, Until.REVIEWING, SMALL, 6, ("Bún tươi", "Bánh phở tươi"), slow=10),
    Story("matong", 12, Until.RECOMMENDING, SMALL, 8, ("Mật ong đóng chai",), officer=SECOND, slow=1),
    # Being inspected; the first is past its due date.
    Story("caphe", 28, Until.INSPECTING, OTHER, 14, ("Cà phê rang", "Cà phê bột"), slow=10),
    Story("suachua", 9, Until.PLANNED, OTHER, 22, ("Sữa chua ăn", "Sữa chua uống"), officer=SECOND),
    Story("dauphu", 23, Until.INSPECTING, SMALL, 3, ("Đậu phụ", "Tào phớ"), slow=10),
    Story("truonghoc", 6, Until.PLANNING, CATERING, 18, ("Suất ăn học đường",)),
    # Being checked, or just come in.
    Story("traicay", 26, Until.CHECKING, TRADE, 10, ("Trái cây tươi", "Trái cây sấy"), officer=SECOND),
    Story("chamuc", 2, Until.HANDED_OVER, SMALL, 4, ("Chả mực", "Chả cá")),
    Story("giavi", 1, Until.ACCEPTED, OTHER, 25, ("Bột canh", "Tương ớt")),
    Story("trasua", 1, Until.SUBMITTED, CATERING, 5, ("Trà sữa", "Nước giải khát")),
    # Given back, given up.
    Story("banhmi", 5, Until.SUBMITTED, SMALL, 9, ("Bánh mì",), ending=Ending.RETURNED),
    Story("xoiche", 11, Until.JUDGED, CATERING, 3, ("Xôi", "Chè"), ending=Ending.WITHDRAWN),
)
