"""How the built-in authority calls itself and what its timestamp server insists on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from config.reader import Reader

COUNTRY = "VN"  # the default of a setting, like the calendar's
OUR_POLICY = "2.25.226880470411246741352834092372417363391"  # the policy in docs/security.md; a random UUID as an OID
TSA_SIGNATURES = ("rsa", "rsa-pss", "ecdsa")


@dataclass(frozen=True)
class AuthorityNames:
    """Names in certificates; `address` is where the world finds lists and answers; policies are OIDs or empty."""

    organisation: str
    country: str
    address: str
    policy: str
    tsa_policy: str
    clock_must_be_synchronised: bool
    tsa_signature: str = "rsa"


def read_authority(reader: Reader, trial: bool, responder_url: str) -> AuthorityNames:
    """The authority's settings; what is wrong with them is noted at the reader."""
    check = reader.choice("TSA_CLOCK_CHECK", "warn" if trial else "refuse", ("warn", "refuse"))
    return AuthorityNames(
        organisation=reader.text("AUTHORITY_ORGANISATION", ""),
        country=str(reader.parsed("AUTHORITY_COUNTRY", COUNTRY, _country, "a country's two capital letters")),
        address=reader.text("AUTHORITY_URL", responder_url).rstrip("/"),
        policy=str(reader.parsed("AUTHORITY_POLICY", "", _policy, "an object identifier")),
        tsa_policy=str(reader.parsed("TSA_POLICY", OUR_POLICY, _policy, "an object identifier")),
        clock_must_be_synchronised=check == "refuse",
        tsa_signature=reader.choice("TSA_SIGNATURE", "rsa", TSA_SIGNATURES),
    )


def read_policies(reader: Reader) -> frozenset[str]:
    """Certificate policies of which officials' and agencies' certificates must have one; empty: any, or none."""
    found = reader.parsed("SIGNING_POLICIES", "", _several, "object identifiers separated by spaces")
    assert isinstance(found, frozenset)  # noqa: S101 - tells mypy what `_several` returns
    return found


def _several(text: str) -> frozenset[str]:
    return frozenset(_policy(one) for one in text.split())


def _country(text: str) -> str:
    """ISO 3166-1 alpha-2, as a certificate names a country (RFC 5280, appendix A.1)."""
    if not re.fullmatch("[A-Z]{2}", text):
        raise ValueError
    return text


def _policy(text: str) -> str:
    """Dotted decimal: a first arc of 0 to 2, below 0 and 1 a second one of at most 39."""
    if text and not re.fullmatch(r"([01]\.[1-3]?\d|2\.(0|[1-9]\d*))(\.(0|[1-9]\d*))+", text):
        raise ValueError
    return text
