"""What validation accepts and how much work it does for a stranger's file. Every limit is here and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from signing.trust.algorithms import shipped_table
from signing.trust.anchors import TrustStore
from signing.trust.revocation import Revocation
from signing.validation.algorithms import TablePolicy

# What the engine warns of becomes a finding; as log lines it would let a stranger fill our logs with tracebacks.
for noisy in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(noisy).setLevel(logging.CRITICAL)

MEBIBYTE = 1024 * 1024

LARGEST_FILE = 25_000_000  # bytes
MOST_SIGNATURES = 16  # ours has three, and one more with each renewal; the cost grows with signatures x revisions
MOST_REVISIONS = 32
MOST_OBJECTS = 100_000
MOST_MEMORY = 512 * MEBIBYTE  # of address space, of which 80 are the program's
MOST_SECONDS = 9  # of processor time, and on the wall; with what lies around it an answer comes within 10
DECODE_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=32 * MEBIBYTE),
    document_budget=DocumentDecodeBudget(base_allowance=128 * MEBIBYTE, max_ratio=20),
)

KNOWN_SUBFILTERS = {"/ETSI.CAdES.detached", "/adbe.pkcs7.detached", "/ETSI.RFC3161"}
DIGESTS = {row.name for row in shipped_table().digests}  # whether on time is the table's to say, not this set's


def timing(at: datetime) -> ValidationTimingInfo:
    """Everything is judged as of `at`, so that the same call gives the same answer."""
    return ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=True)


def validation_spec(trust: TrustStore, revocation: Revocation | None) -> SignatureValidationSpec:
    """The anchors of `trust` only; revocation data is required and never fetched, least of all by a document's word."""
    given = revocation or Revocation()
    knowledge = LocalKnowledge(
        known_crls=list_containers(given.crls),
        known_ocsps=answer_containers(given.ocsps),
        # the roots too: past validation looks for the signers of revocation lists among these alone
        known_certs=[x509.Certificate.load(one) for one in known_anchors(trust)],
    )
    return SignatureValidationSpec(
        cert_validation_policy=_paths_to(trust.for_signatures, trust),
        ts_cert_validation_policy=_paths_to(trust.for_timestamps, trust) if trust.groups else None,
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
            certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
        ),
        local_knowledge=knowledge,
    )


def known_anchors(trust: TrustStore) -> list[bytes]:
    """Every certificate (DER) that needs no proof: intermediates, roots and the anchors of groups."""
    return list(dict.fromkeys((*trust.intermediates, *trust.for_signatures, *trust.for_timestamps)))


def _paths_to(anchors: Iterable[bytes], trust: TrustStore) -> CertValidationPolicySpec:
    return CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build([x509.Certificate.load(one) for one in anchors]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        algorithm_usage_policy=TablePolicy(trust.algorithms),
    )


def list_containers(lists: Iterable[bytes]) -> list[CRLContainer]:
    """Revocation lists (DER) as the engine wants them."""
    return [CRLContainer(crl.CertificateList.load(one)) for one in lists]


def answer_containers(answers: Iterable[bytes]) -> list[OCSPContainer]:
    """OCSP responses (DER) as the engine wants them."""
    return [part for one in answers for part in OCSPContainer.load_multi(ocsp.OCSPResponse.load(one))]
