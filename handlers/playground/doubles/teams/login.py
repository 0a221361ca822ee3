"""The token endpoint, with Entra's own way of saying no."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from handlers.playground.doubles.teams.keys import CONNECTOR, TOKEN_LASTS, KeyRing

SCOPE = f"{CONNECTOR}/.default"


class Denied(Exception):  # noqa: N818 - Entra's answer, not a fault of ours
    def __init__(self, status: int, error: str, number: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.body: dict[str, Any] = {
            "error": error,
            "error_description": f"AADSTS{number}: {text}",
            "error_codes": [number],
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ"),
            "trace_id": secrets.token_hex(16),
            "correlation_id": secrets.token_hex(16),
        }


class Login:
    def __init__(self, keys: KeyRing, *, tenant: str, app_id: str, password: str) -> None:
        self._keys = keys
        self._tenant = tenant
        self._app_id = app_id
        self._password = password

    def token(self, tenant: str, form: Mapping[str, Any]) -> dict[str, Any]:
        self._check(tenant, form)
        claims = {
            "aud": CONNECTOR,
            "iss": f"https://sts.windows.net/{self._tenant}/",
            "appid": self._app_id,
            "tid": self._tenant,
            "ver": "1.0",
            "jti": secrets.token_hex(8),
            "made_at": self._keys.now().timestamp(),
        }
        seconds = int(TOKEN_LASTS.total_seconds())
        return {
            "token_type": "Bearer",
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": self._keys.sign(claims),
        }

    def person(self, issuer: str, account: str, name: str) -> str:
        """What Teams hands a tab of this application: word of who looks."""
        claims = {"aud": self._app_id, "iss": issuer, "tid": self._tenant, "oid": account, "name": name}
        return self._keys.sign({**claims, "scp": "access_as_user", "ver": "2.0"})

    def _check(self, tenant: str, form: Mapping[str, Any]) -> None:
        if tenant != self._tenant:
            raise Denied(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
        for name in ("grant_type", "client_id", "scope"):
            if not form.get(name):
                text = f"The required field '{name}' is missing from the credential."
                raise Denied(400, "invalid_request", 900144, text)
        if form["grant_type"] != "client_credentials":
            text = f"The app requested an unsupported grant type '{form['grant_type']}'."
            raise Denied(400, "unsupported_grant_type", 70003, text)
        if form["client_id"] != self._app_id:
            text = f"Application with identifier '{form['client_id']}' was not found in the directory."
            raise Denied(400, "unauthorized_client", 700016, text)
        if not form.get("client_secret"):
            text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
            raise Denied(401, "invalid_client", 7000218, text)
        if form["client_secret"] != self._password:
            raise Denied(401, "invalid_client", 7000215, "Invalid client secret provided.")
        if form["scope"] != SCOPE:
            text = f"The resource principal named {form['scope']} was not found in the tenant."
            raise Denied(400, "invalid_resource", 500011, text)
