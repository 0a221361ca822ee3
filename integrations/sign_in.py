"""What Prometheus, Loki and Alertmanager want alike: an address, and who we are there."""

from pathlib import Path
from typing import ClassVar, Self

from pydantic import BaseModel, Field, SecretStr, model_validator


class SignIn(BaseModel, frozen=True):
    prefix: ClassVar[str]  # of its variables
    url: str
    token: SecretStr = Field(SecretStr(""), description="A bearer token.")
    user: str = Field("", description="A user, with a password, instead of a token.")
    password: SecretStr = Field(SecretStr(""), description="That user's password.")
    ca_file: str = Field("", description="Its authority's certificate, where that is one of your own.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.url:
            raise ValueError(f"{self.prefix}_URL is empty")
        if bool(self.user) != bool(self.password.get_secret_value()):
            raise ValueError(f"{self.prefix}_USER and {self.prefix}_PASSWORD belong together")
        if self.user and self.token.get_secret_value():
            raise ValueError(f"{self.prefix}_TOKEN and {self.prefix}_USER exclude each other")
        if self.ca_file and not Path(self.ca_file).is_file():
            raise ValueError(f"{self.prefix}_CA_FILE is not a file")
        return self
