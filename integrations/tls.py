"""How one source is spoken to in private: its authority, our certificate, and whether it is verified at all."""

import os
import ssl
import tempfile

from bot.model.errors import Rejected
from bot.model.source import Tls


def context(tls: Tls, key: str = "") -> ssl.SSLContext | None:
    """None where everything is as usual. `key` belongs to the certificate. Raises Rejected with the field's name."""
    if tls == Tls() and not key:
        return None
    made = _trusting(tls)
    if not tls.verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    if bool(tls.certificate) != bool(key):
        raise Rejected("A client certificate and its key belong together.", code="tls")
    if tls.certificate:
        _load_own(made, tls.certificate, key)
    return made


def _trusting(tls: Tls) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=tls.ca or None)
    except (ssl.SSLError, ValueError):
        raise Rejected("The authority's certificate cannot be read.", code="tls", advice="Give it as PEM.") from None


def _load_own(made: ssl.SSLContext, certificate: str, key: str) -> None:
    """The library reads files only; this one is gone as soon as it was read."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "client.pem")
        with open(
            os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii", errors="replace"
        ) as out:
            out.write(f"{certificate.strip()}\n{key.strip()}\n")
        try:
            made.load_cert_chain(file, password="")
        except (ssl.SSLError, OSError, ValueError):
            raise Rejected(
                "The client certificate or its key cannot be read.",
                code="tls",
                advice="Give both as PEM, the key without a password.",
            ) from None
