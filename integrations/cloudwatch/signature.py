"""The signatures of Amazon SNS: what is signed, whose certificate is believed, and the check itself; pure."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bot.model.errors import Forbidden, Malformed

_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_MAY_LACK = "Subject"
_HOST = re.compile(r"sns\.[a-z]{2}(?:-[a-z]{1,12}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?")
# Only this: SNS answers other addresses of the same host with texts that anybody could have put there.
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-f]{16,64}\.pem")


def certificate_address(url: object) -> str:
    parts = _at_amazon(url, "SigningCertURL")
    if not _CERTIFICATE.fullmatch(parts[0]) or parts[1]:
        raise Forbidden("The certificate of this SNS message is not at Amazon.")
    return str(url)


def confirmation_address(url: object) -> str:
    path, query = _at_amazon(url, "SubscribeURL")
    if path not in ("", "/") or parse_qs(query).get("Action") != ["ConfirmSubscription"]:
        raise Forbidden("The address of this SNS confirmation is not one that confirms a subscription.")
    return str(url)


def check(envelope: Mapping[str, Any], certificate: bytes, now: datetime) -> None:
    """Raises Forbidden unless Amazon, by this certificate, signed just this."""
    # Version 1 is signed with SHA-1, and is what SNS uses unless a topic is told otherwise.
    digests = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303
    digest = digests.get(str(envelope.get("SignatureVersion")))
    if digest is None:
        raise Forbidden("The signature of this SNS message has a version that I do not know.")
    try:
        signature = base64.b64decode(_text(envelope, "Signature"), validate=True)
        _key(certificate, now).verify(signature, signed_text(envelope), padding.PKCS1v15(), digest)
    except (InvalidSignature, binascii.Error, ValueError):
        raise Forbidden("The signature of this SNS message is not good.") from None


def signed_text(envelope: Mapping[str, Any]) -> bytes:
    names = _SIGNED.get(_text(envelope, "Type"))
    if names is None:
        raise Malformed("Type", "is none that SNS sends")
    lines = [
        f"{name}\n{_text(envelope, name)}\n" for name in names if name != _MAY_LACK or envelope.get(name) is not None
    ]
    return "".join(lines).encode(errors="surrogatepass")


def _key(certificate: bytes, now: datetime) -> rsa.RSAPublicKey:
    found = x509.load_pem_x509_certificate(certificate)
    if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        raise Forbidden("The certificate of this SNS message is not valid today.")
    key = found.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise Forbidden("The certificate of this SNS message has a key that SNS does not use.")
    return key


def _at_amazon(url: object, field: str) -> tuple[str, str]:
    """Path and query of an address that only Amazon SNS can answer."""
    if not isinstance(url, str) or not url:
        raise Malformed(field, "is missing or blank")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Malformed(field, "is not an address") from None
    named = parts.scheme == "https" and port in (None, 443) and "@" not in parts.netloc
    if not named or not _HOST.fullmatch(parts.hostname or "") or not url.isprintable() or "\\" in url:
        raise Forbidden(f"{field} of this SNS message does not lead to Amazon.")
    return parts.path, parts.query


def _text(envelope: Mapping[str, Any], name: str) -> str:
    found = envelope.get(name)
    if not isinstance(found, str) or not found:
        raise Malformed(name, "is missing or blank")
    return found
