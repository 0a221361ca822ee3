"""Whose tokens open the HTTP API, besides keys of its own: off where nothing is set."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, model_validator

SHORTEST_SECRET = 32  # bytes; a shorter one can be guessed from one token


class TokenSettings(BaseModel):
    jwt_secret: str = Field(
        "",
        validation_alias="NIGHTDESK_JWT_SECRET",
        repr=False,
        description="A secret of at least 32 bytes that tokens are signed with (HS256).",
    )
    jwt_keys_url: str = Field(
        "",
        validation_alias="NIGHTDESK_JWT_KEYS_URL",
        pattern=r"^$|^https://|^http://(localhost|127\.0\.0\.1)(:\d+)?/",
        description="Or where the public keys of who signs them are published (a JWKS; RS256 or ES256).",
    )
    jwt_public_key: Path | None = Field(
        None,
        validation_alias="NIGHTDESK_JWT_PUBLIC_KEY",
        description="Or a file with one public key in PEM (RS256 or ES256).",
    )
    jwt_issuer: str = Field("", validation_alias="NIGHTDESK_JWT_ISSUER", description="What their `iss` has to be.")
    jwt_audience: str = Field(
        "", validation_alias="NIGHTDESK_JWT_AUDIENCE", description="What their `aud` has to hold."
    )
    jwt_tenant_claim: str = Field(
        "tenant", validation_alias="NIGHTDESK_JWT_TENANT_CLAIM", min_length=1, description="Where the tenant's id is."
    )
    jwt_role_claim: str = Field(
        "roles",
        validation_alias="NIGHTDESK_JWT_ROLE_CLAIM",
        min_length=1,
        description="Where the role is, or a list of them: viewer, operator, admin. Without one: viewer.",
    )
    origins: tuple[str, ...] = Field(
        (),
        validation_alias="NIGHTDESK_ORIGINS",
        description="Web pages of your own that may open the socket `/ai/ws`, such as https://desk.example.com.",
    )

    @property
    def takes_tokens(self) -> bool:
        return bool(self.jwt_secret or self.jwt_keys_url or self.jwt_public_key)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = [bool(self.jwt_secret), bool(self.jwt_keys_url), bool(self.jwt_public_key)]
        if sum(given) > 1:
            raise ValueError(
                "of NIGHTDESK_JWT_SECRET, NIGHTDESK_JWT_KEYS_URL and NIGHTDESK_JWT_PUBLIC_KEY only one may be set"
            )
        if any(given) and not (self.jwt_issuer and self.jwt_audience):
            raise ValueError("tokens need NIGHTDESK_JWT_ISSUER and NIGHTDESK_JWT_AUDIENCE, too")
        if self.jwt_secret and len(self.jwt_secret.encode()) < SHORTEST_SECRET:
            raise ValueError(f"NIGHTDESK_JWT_SECRET needs at least {SHORTEST_SECRET} bytes")
        return self
