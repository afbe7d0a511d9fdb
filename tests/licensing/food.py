"""An application for the food-safety certificate as people type it in, page by page."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from tests.licensing.factories import a_pdf
from tests.licensing.site import Site

FOOD = "2.001827"
ELIGIBLE = {
    "registered": True,
    **dict.fromkeys(
        ("small_scale", "street_food", "prepackaged_only", "hotel_restaurant", "international_standard"), False
    ),
}
TYPED: dict[str, dict[str, str]] = {
    "establishment": {
        "establishment_name": "Cơ sở Ví Dụ",
        "legal_form": "household_business",
        "business_registration_number": "0100000000",
        "business_registration_date": "02/03/2020",
        "business_registration_agency": "Sở Tài chính",
        "head_office": "Số 1 đường Ví Dụ",
        "production_address": "Số 2 đường Ví Dụ",
    },
    "owner": {"owner_name": "Đỗ Ví Dụ", "phone": "0900 000 000", "email": "vidu@vidu.example"},
    "business": {"establishment_kind": "trade", "products": "Thịt\nRau", "previous_number": "", "area": "1.200,5"},
    "people": {"workers": "6", "workers_handling_food": "4", "workers_trained": "4", "workers_examined": "4"},
}
HOSTILE = '<script>alert(1)</script> #eval("1") $x$ *b* & "q"'


def fill_in(site: Site, draft: UUID) -> None:
    """All pages of the form and all documents, up to the check."""
    for page, typed in TYPED.items():
        site.open(f"/applications/{draft}/form/{page}").send(typed)
        assert site.status == 200, site.html
    for document in ("business_registration", "premises", "health", "training"):
        site.open(f"/applications/{draft}/documents")
        site.send({"file": (BytesIO(a_pdf()), f"{document}.pdf")}, f"documents/{document}")
        assert site.status == 200, site.html
    site.open(f"/applications/{draft}/check")
