"""What all our documents say in the same way: of the agency, of the signatory, and that they are a trial."""

from __future__ import annotations

from typing import Any

from licensing.accounts.authority import SigningAuthority
from licensing.accounts.models import Agency

TRIAL = {"vi": "Bản thử nghiệm – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", "en": "Trial copy – no legal value"}


def agency_data(agency: Agency) -> dict[str, Any]:
    """For the head of the layout."""
    return {"name": agency.name_vi, "superior": agency.superior_name or None, "place": agency.place_name}


def signatory_data(authority: SigningAuthority) -> dict[str, Any]:
    """For its foot: the lines of the capacity (KT. GIÁM ĐỐC, PHÓ GIÁM ĐỐC), and the name."""
    capacity = [f"{authority.capacity} {authority.on_behalf_title}".strip(), authority.title]
    return {"capacity": [line for line in capacity if line], "name": authority.official_name}
