"""The form of a datasource, new or changed: tried first, and saved when it answers."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic.config import JsonDict

from bot.desk.source_making import draft_of
from bot.intents.intent import AnyIntent, Intent
from bot.model import figures
from bot.model.errors import Rejected
from bot.model.message import Role
from bot.model.reply import Button, Fact, Facts, Reply
from bot.model.source import Auth, Datasource, SourceDraft
from bot.ports.tools import Tools

_LINES: JsonDict = {"shape": "lines"}


class SaveSource(BaseModel, frozen=True):
    """On a change, what is left empty stays as it is."""

    name: str = Field(min_length=1, max_length=80, title="Name", description="As people will call it")
    url: str = Field(
        min_length=1, max_length=2000, title="Address", description="Such as https://prometheus.example.com"
    )
    type: str = Field("prometheus", max_length=40, title="Type", description="prometheus, or grafana")
    token: SecretStr | None = Field(
        default=None, max_length=8000, title="Token", description="Kept encrypted, never shown again"
    )
    user: str = Field("", max_length=200, title="User", description="With a password, instead of a token")
    password: SecretStr | None = Field(default=None, max_length=2000, title="Password", description="Kept encrypted")
    org: str = Field("", max_length=200, title="Tenant there", description="Sent as X-Scope-OrgID")
    ca: str = Field(
        "", max_length=3000, title="Authority's certificate", description="PEM, if it is one of your own",
        json_schema_extra=_LINES,
    )  # fmt: skip
    verify: bool = Field(default=True, title="Verify its certificate")
    page: str = Field("", max_length=2000, title="Page", description="Where people open it, if that is elsewhere")
    is_default: bool = Field(default=False, title="Default of its type")
    only_test: bool = Field(default=False, title="Only test, save nothing")
    source: str = Field("", max_length=200, title="Datasource")


ASKS = tuple(name for name in SaveSource.model_fields if name != "source")


async def answer(ask: SaveSource, tools: Tools) -> Reply:
    actor, desk = tools.turn.actor, tools.desks.sources
    standing = await desk.find(actor.tenant, ask.source) if ask.source else None
    draft = _draft(ask, standing)
    await tools.step(f"Asking {draft.name}")
    if ask.only_test:
        found = await desk.test(actor, draft, standing.id if standing else "")
        took = f" It took {figures.measured(found.latency.total_seconds(), 'seconds')}." if found.latency else ""
        says = f"It answers: {found.says}.{took} Nothing is saved." if found.up else f"Nothing is saved. {found.says}"
        return Reply(says, tone="good" if found.up else "bad", buttons=(_again(ask),))
    saved = await (desk.edit(actor, standing.id, draft) if standing else desk.add(actor, draft))
    facts = Facts((Fact("It is", saved.health.says),)) if saved.health and saved.health.up else None
    says = f"{saved.name} is {'changed' if standing else 'added'}{', and the default' if saved.is_default else ''}."
    more = (
        Button("Show it", "datasource", {"source": saved.id}),
        Button("Find applications in it", "discover_apps", {"source": saved.id}),
    )
    return Reply(says, (facts,) if facts else (), more, tone="good")


def given(source: Datasource) -> Mapping[str, Any]:
    """What the form shows before anything is changed; certificates and secrets stay where they are."""
    page = str(source.config.get("page") or "")
    shown = {
        "name": source.name,
        "url": source.url,
        "type": source.type,
        "user": source.user,
        "org": source.org,
        "page": page,
    }
    return {
        **{name: value for name, value in shown.items() if value},
        "verify": source.tls.verify,
        "is_default": source.is_default,
    }


def _draft(ask: SaveSource, standing: Datasource | None) -> SourceDraft:
    before = draft_of(standing).model_dump(exclude={"token", "password", "client_key"}) if standing else {}
    said: dict[str, Any] = {
        name: value
        for name, value in ask.model_dump(
            include={"name", "url", "type", "user", "org", "ca", "token", "password"}
        ).items()
        if value not in ("", None)
    }
    if ask.token or ask.user or ask.password:
        said["auth"] = Auth.BEARER if ask.token else Auth.BASIC
    if ask.page:
        said["config"] = {**before.get("config", {}), "page": ask.page}
    switches = {"verify": ask.verify, "is_default": ask.is_default or None if standing is None else ask.is_default}
    try:
        return SourceDraft.model_validate({**before, **said, **switches})
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Rejected(f"I cannot use “{where}”: {first['msg'].removeprefix('Value error, ').lower()}.") from None


def _again(ask: SaveSource) -> Button:
    """The form once more, without its secrets: they are nowhere but in what was sent."""
    filled = ask.model_dump(exclude={"token", "password", "ca", "only_test"}, exclude_defaults=True)
    return Button("Open the form again…", "save_source", filled, asks=ASKS)


INTENT: AnyIntent = Intent(
    name="save_source",
    help="Keep a datasource, after it was tried.",
    examples=(),
    asks=SaveSource,
    answer=answer,
    title="Datasource",
    submit="Try and save",
    needs=Role.ADMIN,
    remembered=False,
)
