"""A time-stamping authority (RFC 3161): says that a digest existed at an instant, and keeps no document.

The key is loaded once and everything that never changes in a token is encoded once: a token costs one operation of
the key and a few short encodings.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pki import der
from signing.pki.authority import PrivateKey
from signing.pki.errors import ClockNotSynchronised, ClockWentBack
from signing.pki.schemes import SHA256, Scheme, scheme_of
from signing.pki.serials import SerialNumbers, Taken

POLICY = "2.25.226880470411246741352834094372417363391"  # the policy in docs/security.md; a random UUID as an OID
ACCURACY_SECONDS = 1  # the instant is cut to whole seconds
IMPRINT_LENGTHS = {"sha256": 32, "sha384": 48, "sha512": 64}

SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
GRANTED = der.sequence(der.integer(0))

logger = logging.getLogger(__name__)


def failed(why: str) -> bytes:
    """The answer of an authority that cannot answer (RFC 3161, 2.4.2: systemFailure)."""
    status = {"status": "rejection", "status_string": [why], "fail_info": {"system_failure"}}
    return der.sequence(tsp.PKIStatusInfo(status).dump())


_FAILED = failed("The journal cannot be written.")


class _Refusal(Exception):
    def __init__(self, failure: str, text: str) -> None:
        super().__init__(text)
        self.failure = failure


@dataclass(frozen=True)
class TsaKey:
    """The loaded key of a TSA with its certificate and the certificates above it, without the root.

    `pss` has an RSA key sign with PSS instead of PKCS #1 v1.5.
    """

    certificate: x509.Certificate
    chain: Sequence[x509.Certificate]
    key: PrivateKey
    pss: bool = False


class TimestampAuthority:
    """Answers requests; safe to call from several threads."""

    def __init__(
        self,
        key: TsaKey,
        serials: SerialNumbers,
        policy: str = POLICY,
        clock_allows: Callable[[], bool] = lambda: True,
    ) -> None:
        self._certificate = key.certificate
        self._scheme = scheme_of(key.key, pss=key.pss)
        self._serials = serials
        self._clock_allows = clock_allows
        self._policy = policy
        self._policy_oid = der.oid(policy)
        self._starts = key.certificate.not_valid_before_utc
        self._ends = key.certificate.not_valid_after_utc
        self._parts = _FixedParts(key, self._scheme)

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate that its tokens are made with."""
        return self._certificate

    def answer(self, request_der: bytes) -> bytes:
        """The DER answer to a DER request; a refusal is an answer too, with its reason (RFC 3161, 2.4.2).

        A token leaves when its line of the journal is on disk, not before.
        """
        try:
            request = _parse(request_der)
            self._check(request)
            taken = self._take(request["message_imprint"])
            token = self._token(request, taken)
            self._serials.settle(taken)
        except _Refusal as refusal:
            status = {"status": "rejection", "status_string": [str(refusal)], "fail_info": {refusal.failure}}
            return der.sequence(tsp.PKIStatusInfo(status).dump())
        except OSError:
            logger.exception("the journal of timestamps cannot be written")
            return _FAILED
        return der.sequence(GRANTED, token)

    def _check(self, request: tsp.TimeStampReq) -> None:
        """Refuse what this authority will not vouch for."""
        if request["version"].native != "v1":
            raise _Refusal("bad_request", "Only version 1 is known.")
        imprint = request["message_imprint"]
        name = imprint["hash_algorithm"]["algorithm"].native
        if name not in IMPRINT_LENGTHS:
            raise _Refusal("bad_alg", "The digest algorithm is not accepted.")
        if len(imprint["hashed_message"].native) != IMPRINT_LENGTHS[name]:
            raise _Refusal("bad_data_format", "The digest does not have the length of its algorithm.")
        policy = request["req_policy"].native
        if policy is not None and policy != self._policy:
            raise _Refusal("unaccepted_policy", "The policy asked for is not offered.")
        if request["extensions"].native:
            raise _Refusal("unaccepted_extensions", "Extensions are not accepted.")

    def _take(self, imprint: tsp.MessageImprint) -> Taken:
        """A number and an instant that may be vouched for; the request is on the journal from here on."""
        try:
            if not self._clock_allows():
                raise ClockNotSynchronised("The clock of this authority is not synchronised.")
            name, digest = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
            taken = self._serials.take(f"{name}:{digest.hex()}")
        except (ClockWentBack, ClockNotSynchronised) as error:
            raise _Refusal("time_not_available", error.detail) from error
        if not self._starts <= taken.at <= self._ends:
            raise _Refusal("time_not_available", "The certificate of this authority is not valid now.")
        return taken

    def _token(self, request: tsp.TimeStampReq, taken: Taken) -> bytes:
        info = self._info(request, taken)
        attributes = self._parts.attributes(info)
        value = self._scheme.sign(der.element(der.SET, attributes))
        return self._parts.token(info, attributes, value, with_certificates=request["cert_req"].native)

    def _info(self, request: tsp.TimeStampReq, taken: Taken) -> bytes:
        """TSTInfo (RFC 3161, 2.4.2); ordering is left out, which means false."""
        nonce = request["nonce"].native
        return der.sequence(
            der.integer(1),
            self._policy_oid,
            request["message_imprint"].dump(),
            der.integer(taken.serial),
            der.generalized_time(taken.at),
            der.sequence(der.integer(ACCURACY_SECONDS)),
            der.integer(nonce) if nonce is not None else b"",
        )


class _FixedParts:
    """What every token of one key has in common, encoded once (CMS, RFC 5652; RFC 3161, 2.4.2; RFC 5816)."""

    def __init__(self, key: TsaKey, scheme: Scheme) -> None:
        self._algorithm = scheme.algorithm
        encoded = [certificate.public_bytes(Encoding.DER) for certificate in (key.certificate, *key.chain)]
        self._certificates = der.set_of(encoded, tag=0xA0)
        issuer = key.certificate.issuer.public_bytes()
        self._identifier = der.sequence(issuer, der.integer(key.certificate.serial_number))
        self._content_type = _attribute(CONTENT_TYPE, der.oid(TST_INFO))
        bound = der.sequence(der.octets(hashlib.sha256(encoded[0]).digest()))  # SHA-256 is the default
        self._binding = _attribute(SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(bound)))

    def attributes(self, info: bytes) -> bytes:
        """The signed attributes over a TSTInfo, in order, without the tag around them."""
        message_digest = _attribute(MESSAGE_DIGEST, der.octets(hashlib.sha256(info).digest()))
        return b"".join(sorted((self._content_type, message_digest, self._binding)))

    def token(self, info: bytes, attributes: bytes, value: bytes, *, with_certificates: bool) -> bytes:
        """The TimeStampToken: a CMS SignedData around the TSTInfo."""
        signer = der.sequence(
            der.integer(1),
            self._identifier,
            SHA256,
            der.explicit(0, attributes),
            self._algorithm,
            der.octets(value),
        )
        signed = der.sequence(
            der.integer(3),
            der.set_of([SHA256]),
            der.sequence(der.oid(TST_INFO), der.explicit(0, der.octets(info))),
            self._certificates if with_certificates else b"",
            der.set_of([signer]),
        )
        return der.sequence(der.oid(SIGNED_DATA), der.explicit(0, signed))


def _attribute(kind: str, value: bytes) -> bytes:
    return der.sequence(der.oid(kind), der.set_of([value]))


def _parse(request_der: bytes) -> tsp.TimeStampReq:
    try:
        request = tsp.TimeStampReq.load(request_der, strict=True)
        _ = request.native  # asn1crypto reads lazily: look at every field now
    except Exception as error:  # asn1crypto raises whatever a damaged request provokes
        raise _Refusal("bad_data_format", "This is not a time-stamp request.") from error
    return request
