"""A language model: a key, an address or a provider switches it on; without them, everything is done by rules."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, SecretStr, field_validator, model_validator

from bot.model.prices import PRICES
from bot.model.usage import Price, priced
from bot.ports.model import Task
from integrations.addresses import checked
from integrations.openai.providers import PROVIDERS, Name, Provider

NAMED = "gpt-4o-mini"


def _a_price(text: str) -> str:
    """model:read/written or model:read/written/cached."""
    model, colon, figures = text.rpartition(":")
    parts = figures.split("/")
    try:
        good = all(Decimal(part).is_finite() and Decimal(part) >= 0 for part in parts)
    except InvalidOperation:
        good = False
    if not (model and colon and good and len(parts) in (2, 3)):
        raise ValueError("holds something that is not model:read/written[/cached], dollars for a million tokens")
    return text


Warmth = Annotated[float | None, Field(ge=0, le=2)]
Longest = Annotated[int | None, Field(ge=100, le=8000)]


class Settings(BaseModel, frozen=True):
    api_key: SecretStr = Field(SecretStr(""), description="The key that calls are made with.")
    provider: Name = Field("openai", description="Whose server it is.")
    base_url: str = Field("", description="Another server that speaks the same API, up to /v1.")
    api_version: str = Field("", description="Of Azure, where its addresses name deployments; empty: its v1 API.")
    model: str = Field(NAMED, min_length=1, description="The model that is asked.")
    analysis_model: str = Field("", description="Another one for the analysis of issues.")
    entry_model: str = Field("", description="Another one for entries of knowledge.")
    mail_model: str = Field("", description="Another one for drafts of e-mails.")
    plan_model: str = Field("", description="Another one for what a question asks for.")
    talk_model: str = Field("", description="Another one for the words of answers.")
    cheap_model: str = Field("", description="The one that is asked from 80 % of a limit on; empty: none.")
    temperature: float = Field(0.1, ge=0, le=2, description="How freely it writes.")
    max_tokens: int = Field(700, ge=100, le=8000, description="The longest answer.")
    analysis_temperature: Warmth = Field(None, description="How freely, in an analysis.")
    entry_temperature: Warmth = Field(None, description="How freely, in an entry.")
    mail_temperature: Warmth = Field(None, description="How freely, in an e-mail.")
    plan_temperature: Warmth = Field(0.0, description="How freely, in what a question asks for.")
    talk_temperature: Warmth = Field(None, description="How freely, in the words of answers.")
    analysis_max_tokens: Longest = Field(None, description="The longest answer of an analysis.")
    entry_max_tokens: Longest = Field(None, description="The longest answer for an entry.")
    mail_max_tokens: Longest = Field(None, description="The longest answer for an e-mail.")
    plan_max_tokens: Longest = Field(None, description="The longest answer for what a question asks for.")
    talk_max_tokens: Longest = Field(2000, description="The longest answer for the words of answers.")
    timeout: timedelta = Field(
        timedelta(seconds=30), gt=timedelta(0), le=timedelta(minutes=5), description="Seconds that a call may take."
    )
    prices: tuple[Annotated[str, AfterValidator(_a_price)], ...] = Field(
        (), description="model:read/written/cached in US dollars for a million tokens, separated by commas."
    )
    daily_usd: Decimal = Field(
        Decimal(2), ge=0, description="What a tenant may spend in a day, in US dollars; 0: no limit."
    )
    daily_tokens: int = Field(2_000_000, ge=0, description="What a tenant may use in a day, in tokens; 0: no limit.")
    session_usd: Decimal = Field(Decimal(1), ge=0, description="What one conversation may cost in a day; 0: no limit.")
    person_usd: Decimal = Field(Decimal(0), ge=0, description="What one person may spend in a day; 0: no limit.")
    background_usd: Decimal = Field(
        Decimal(1), ge=0, description="What may be spent in a day for what nobody waits for; 0: no limit."
    )
    ca_file: str = Field("", description="Its authority's certificate, where that is one of your own.")

    @field_validator("base_url")
    @classmethod
    def _address(cls, url: str) -> str:
        return checked(url, "use OPENAI_API_KEY", bare=True).rstrip("/") if url else url

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = bool(self.api_key.get_secret_value())
        if not self.whose.url and not self.base_url:
            raise ValueError(f"OPENAI_BASE_URL is missing: the address of your own {self.whose.title}")
        if not given and self.whose.keyed and (not self.base_url or self.provider != "openai"):
            raise ValueError("OPENAI_API_KEY is missing, or OPENAI_BASE_URL for a server that wants none")
        if self.api_version and self.provider != "azure":
            raise ValueError("OPENAI_API_VERSION is for Azure alone (OPENAI_PROVIDER=azure)")
        if self.ca_file and not Path(self.ca_file).is_file():
            raise ValueError("OPENAI_CA_FILE is not a file")
        return self

    @property
    def whose(self) -> Provider:
        return PROVIDERS[self.provider]

    @property
    def url(self) -> str:
        """Up to what stands before /chat/completions."""
        if self.provider == "azure" and not self.base_url.endswith("/openai/v1"):
            return f"{self.base_url}/openai/v1"
        return self.base_url or self.whose.url

    def model_of(self, task: Task) -> str:
        return str(getattr(self, f"{task}_model") or self.model)

    def warmth_of(self, task: Task) -> float:
        own = getattr(self, f"{task}_temperature")
        return min(self.temperature if own is None else float(own), self.whose.warmest)

    def longest_of(self, task: Task) -> int:
        return int(getattr(self, f"{task}_max_tokens") or self.max_tokens)

    @property
    def models(self) -> tuple[str, ...]:
        cheaper = (self.cheap_model,) if self.cheap_model else ()
        return tuple(dict.fromkeys((*(self.model_of(task) for task in Task), *cheaper)))

    @property
    def all_prices(self) -> Mapping[str, Price]:
        return {**PRICES, **self.own_prices}

    @property
    def own_prices(self) -> Mapping[str, Price]:
        given = (one.rpartition(":") for one in self.prices)
        return {model: priced(*figures.split("/")) for model, _, figures in given}
