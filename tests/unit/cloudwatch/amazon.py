"""A stand-in for Amazon SNS: its own certificate, envelopes that it signs, and its HTTPS server on loopback."""

import base64
import ssl
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from integrations.cloudwatch.signature import signed_text
from tests.fakes import NOON

HOST = "sns.eu-west-1.amazonaws.com"
CERTIFICATE_PATH = "/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
CERTIFICATE_URL = f"https://{HOST}{CERTIFICATE_PATH}"
CONFIRM = "?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:alarms&Token=t0ken"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])


def certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY, *, valid_for: timedelta = timedelta(days=30)
) -> bytes:
    made = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOON - timedelta(days=365 * 3))
        .not_valid_after(NOON + valid_for)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def signed(envelope: Mapping[str, Any], *, version: str = "1", key: rsa.RSAPrivateKey = KEY) -> dict[str, Any]:
    digest = hashes.SHA1() if version == "1" else hashes.SHA256()
    signature = key.sign(signed_text(envelope), padding.PKCS1v15(), digest)
    return {**envelope, "SignatureVersion": version, "Signature": base64.b64encode(signature).decode()}


def notification(**changes: Any) -> dict[str, Any]:
    return {
        "Type": "Notification",
        "MessageId": "da41e39f",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms",
        "Subject": "ALARM",
        "Message": "{}",
        "Timestamp": "2026-03-18T11:59:01.134Z",
        "SigningCertURL": CERTIFICATE_URL,
        **changes,
    }


def confirmation(**changes: Any) -> dict[str, Any]:
    body = notification(Type="SubscriptionConfirmation", Token="t0ken", SubscribeURL=f"https://{HOST}/{CONFIRM}")
    del body["Subject"]
    return {**body, **changes}


SERVED = certificate(valid_for=timedelta(days=36500))  # TLS asks the clock of the machine


class Amazon:
    """Serves its certificate and confirms subscriptions; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 200
        self.certificate = certificate()
        self.port = 0

    async def start(self, folder: Path) -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=_server_side(folder))
        await site.start()
        self.port = runner.addresses[0][1]
        return runner

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(str(request.rel_url))
        headers = {"Location": "http://127.0.0.1/"} if self.status == 302 else {}
        body = self.certificate if request.path == CERTIFICATE_PATH else b"<ConfirmSubscriptionResponse/>"
        return web.Response(status=self.status, body=body, headers=headers)


class Loopback(AbstractResolver):
    """Every name leads to the stand-in."""

    def __init__(self, amazon: Amazon) -> None:
        self._amazon = amazon

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [{"hostname": host, "host": "127.0.0.1", "port": self._amazon.port, "family": 2, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        pass


def _server_side(folder: Path) -> ssl.SSLContext:
    key = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(key + SERVED)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    return context
