import base64
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bot.model.errors import Forbidden, Malformed
from integrations.cloudwatch.signature import certificate_address, check, confirmation_address, signed_text
from tests.fakes import NOON
from tests.unit.cloudwatch.amazon import CERTIFICATE_URL, HOST, certificate, confirmation, notification, signed

CERTIFICATE = certificate()
FILE = "SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("envelope", [notification(), notification(Subject=None), confirmation()])
def test_what_amazon_signed_is_good(envelope: dict[str, Any], version: str):
    check(signed(envelope, version=version), CERTIFICATE, NOON)


def test_what_is_signed_is_what_the_documentation_says():
    assert signed_text(notification(Message="My Test Message", Subject="My subject")) == (
        b"Message\nMy Test Message\nMessageId\nda41e39f\nSubject\nMy subject\n"
        b"Timestamp\n2026-03-18T11:59:01.134Z\nTopicArn\narn:aws:sns:eu-west-1:123456789012:alarms\nType\nNotification\n"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"Message": "[]"},
        {"Subject": None},
        {"Timestamp": "2026-03-18T11:59:02.134Z"},
        {"TopicArn": "arn:aws:sns:eu-west-1:999999999999:alarms"},
        {"SignatureVersion": "2"},
        {"SignatureVersion": "3"},
        {"SignatureVersion": None},
        {"Signature": "not base64"},
        {"Signature": base64.b64encode(b"short").decode()},
    ],
)
def test_anything_else_is_not(changes: dict[str, Any]):
    with pytest.raises(Forbidden):
        check({**signed(notification()), **changes}, CERTIFICATE, NOON)


@pytest.mark.parametrize("name", ["Message", "MessageId", "Signature", "Timestamp", "TopicArn", "Type"])
def test_what_has_to_be_there_is_named(name: str):
    with pytest.raises(Malformed) as refused:
        check({**signed(notification()), name: None}, CERTIFICATE, NOON)
    assert refused.value.field == name


@pytest.mark.parametrize(
    "other",
    [
        certificate(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        certificate(ec.generate_private_key(ec.SECP256R1())),
        certificate(valid_for=-timedelta(seconds=1)),
        b"no certificate",
        b"",
    ],
    ids=["another key", "no RSA", "over", "nonsense", "empty"],
)
def test_by_this_certificate_only(other: bytes):
    with pytest.raises(Forbidden):
        check(signed(notification()), other, NOON)


@pytest.mark.parametrize(
    "url", [CERTIFICATE_URL, f"https://sns.cn-north-1.amazonaws.com.cn/{FILE}", f"https://{HOST}:443/{FILE}"]
)
def test_certificates_come_from_amazon(url: str):
    assert certificate_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/{FILE}",
        f"https://{HOST}:8443/{FILE}",
        f"https://{HOST}/{FILE}?Action=GetEndpointAttributes",
        f"https://{HOST}/?Action=GetEndpointAttributes&x=/{FILE}",
        f"https://{HOST}/a/{FILE}",
        f"https://{HOST}.evil.example/{FILE}",
        f"https://evil.example/{FILE}",
        f"https://evil.example\\.{HOST}/{FILE}",
        f"https://evil@{HOST}/{FILE}",
        f"https://{HOST}@evil.example/{FILE}",
        f"https://sns.amazonaws.com/{FILE}",
        f"https://sns.s3.amazonaws.com/{FILE}",
        f"https://sns-eu-west-1.amazonaws.com/{FILE}",
        f"https://127.0.0.1/{FILE}",
    ],
)
def test_and_from_nowhere_else(url: str):
    with pytest.raises(Forbidden):
        certificate_address(url)


@pytest.mark.parametrize("url", [None, "", 7, "https://[::1/x", f"https://{HOST}:port/{FILE}"])
def test_what_is_no_address_is_malformed(url: object):
    with pytest.raises(Malformed):
        certificate_address(url)


@pytest.mark.parametrize(
    "url",
    [
        f"https://{HOST}/?Action=DeleteTopic",
        f"https://{HOST}/?Action=ConfirmSubscription&Action=DeleteTopic",
        f"https://{HOST}/elsewhere?Action=ConfirmSubscription",
        "https://evil.example/?Action=ConfirmSubscription",
    ],
)
def test_a_confirmation_confirms_and_does_nothing_else(url: str):
    with pytest.raises(Forbidden):
        confirmation_address(url)
