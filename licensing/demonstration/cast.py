"""The agency and people of the demonstration: all invented, as their names say (minh họa, ví dụ, mẫu, thử)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from licensing.accounts.models import Capacity
from licensing.accounts.open_agency import NewAgency
from licensing.accounts.roles import Role

PROCEDURE = "2.001827"
APPLICANT_EMAIL = "doanhnghiep@vidu.example"
APPLICANT_NAME = "Đỗ Ví Dụ"
ORGANISATION = ("Công ty TNHH Thực phẩm Ví Dụ", "0100000000")
AGENCY = NewAgency(
    code="000.00.05.H99",
    name_vi="Sở Nông nghiệp và Môi trường tỉnh Minh Họa",
    name_en="Department of Agriculture and Environment of Minh Hoa (demonstration)",
    superior_name="Ủy ban nhân dân tỉnh Minh Họa",
    place_name="Minh Họa",
    symbol="SNNMT",
    reference_pattern="{agency}-{date:%y%m%d}-{seq:04d}",
    seal_key="seal-minhhoa",
    cutoff=time(15, 0),
    address="Số 1 đường Ví Dụ, tỉnh Minh Họa (dữ liệu minh họa)",
    phone="0200 000 1022",
)


@dataclass(frozen=True)
class Official:
    """One official: who signs has a key; a deputy signs with a capacity (KT.) for a title."""

    login: str
    name: str
    role: Role
    title_vi: str
    title_en: str
    signs: bool = False
    capacity: Capacity = Capacity.OWN
    on_behalf_title: str = ""

    @property
    def key(self) -> str | None:
        return f"official-{self.login}" if self.signs else None


OFFICIALS = (
    Official("tiepnhan", "Lý Thị Mẫu", Role.RECEPTION_OFFICER, "Công chức Bộ phận Một cửa", "Reception officer"),
    Official("thamdinh", "Trần Văn Thử", Role.CASE_OFFICER, "Chuyên viên", "Case officer"),
    Official("truongphong", "Hồ Thị Minh Họa", Role.UNIT_HEAD, "Trưởng phòng", "Head of division"),
    Official(
        "lanhdao",
        "Phạm Ví Dụ",
        Role.APPROVER,
        "Phó Giám đốc",
        "Deputy director",
        signs=True,
        capacity=Capacity.FOR_HEAD,
        on_behalf_title="Giám đốc",
    ),
    Official("vanthu", "Vũ Thị Thử", Role.CLERK, "Văn thư", "Clerk"),
    Official("quantri", "Ngô Văn Mẫu", Role.ADMINISTRATOR, "Quản trị hệ thống", "Administrator"),
)

# They join when the demonstration is filled with applications, so that work is shared.
MORE_OFFICIALS = (
    Official("thamdinh2", "Đào Thị Ví Dụ", Role.CASE_OFFICER, "Chuyên viên chính", "Senior case officer"),
    Official("giamdoc", "Nguyễn Minh Họa", Role.APPROVER, "Giám đốc", "Director", signs=True),
)
