"""How requests to AWS are signed, against vectors that AWS published and one that its own library (botocore) made."""

from datetime import UTC, datetime

from signing.keys.sigv4 import AccessKey, Scope, signed_headers, signing_key

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"  # of the published examples; it opens nothing


def test_the_published_request_post_vanilla_is_signed_as_published() -> None:
    at = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
    key, scope = AccessKey("AKIDEXAMPLE", SECRET), Scope("us-east-1", "service")
    assert signed_headers("/", {"Host": "example.amazonaws.com"}, b"", key, scope, at)["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    )


def test_the_published_key_of_a_day_is_derived_as_published() -> None:
    derived = signing_key(SECRET, Scope("us-east-1", "iam"), "20150830T123600Z")
    assert derived.hex() == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"


def test_a_request_with_body_and_session_is_signed_as_botocore_does() -> None:
    headers = {
        "Host": "127.0.0.1:8443",
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "TrentService.GetPublicKey",
    }
    key, scope = AccessKey("AKIDEXAMPLE", SECRET, "lent/for+some=hours"), Scope("ap-southeast-1", "kms")
    at = datetime(2026, 2, 12, 3, 0, 7, tzinfo=UTC)
    signed = signed_headers("/", headers, b'{"KeyId": "alias/seal"}', key, scope, at)
    assert signed["X-Amz-Security-Token"] == "lent/for+some=hours"
    assert signed["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260212/ap-southeast-1/kms/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
        "Signature=498c71a8ad1f2e6cf45b3a986f5146faab5d7b383dcae3d0462bf4f486a5c0d4"
    )
