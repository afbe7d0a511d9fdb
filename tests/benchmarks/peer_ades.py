"""pyHanko's own validation, in a process in which nothing of ours is loaded. Run as a program.

python peer_ades.py FILE COUNT ROOT.der... LIST.crl...   prints milliseconds of processor time for all signatures
"""

import asyncio
import statistics
import sys
import time
from io import BytesIO
from pathlib import Path

from asn1crypto import crl, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

file, count, *others = sys.argv[1:]
content = Path(file).read_bytes()
roots = [x509.Certificate.load(Path(one).read_bytes()) for one in others if one.endswith(".der")]
lists = [CRLContainer(crl.CertificateList.load(Path(one).read_bytes())) for one in others if one.endswith(".crl")]
spec = PdfSignatureValidationSpec(
    SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(roots), revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO)
        ),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
            certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
        ),
        local_knowledge=LocalKnowledge(known_crls=lists, known_certs=roots),
    )
)


def validated() -> int:
    reader = PdfFileReader(BytesIO(content))
    found = [asyncio.run(ades_lta_validation(one, spec)) for one in reader.embedded_regular_signatures]
    return sum(one.ades_subindic is AdESPassed.OK for one in found)


passed = validated()
costs = []
for _ in range(int(count)):
    before = time.process_time()
    validated()
    costs.append((time.process_time() - before) * 1000)
print(round(statistics.mean(costs), 2), passed)
