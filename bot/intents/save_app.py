"""The form of an application, new or changed; lists are written as people write them."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic.config import JsonDict

from bot.intents.intent import AnyIntent, Intent
from bot.model.errors import Rejected
from bot.model.message import Role
from bot.model.profile import GivenService, Profile, ProfileDraft
from bot.model.reply import Button, Reply
from bot.ports.tools import Tools

LARGEST_BUTTON = 1500  # of what a button carries; what is longer is left out of the form, and stays as it is
_LINES: JsonDict = {"shape": "lines"}
_SERVICE = re.compile(r"(?P<name>[^:=\s]+):?(?:\s+(?P<rest>.*))?")


def _readable(text: str) -> str:
    services(text)
    return text


class SaveApp(BaseModel, frozen=True):
    """On a change, what is left empty stays as it is."""

    name: str = Field(min_length=1, max_length=80, title="Name", description="Such as abc-app")
    description: str = Field("", max_length=2000, title="What it is", json_schema_extra=_LINES)
    services: Annotated[str, AfterValidator(_readable)] = Field(
        "", max_length=3000, title="Services", description="One a line: web abc_web_ app=abc-web",
        json_schema_extra=_LINES,
    )  # fmt: skip
    datasource: str = Field("", max_length=200, title="Datasource", description="Its name; none: the default one")
    metrics: str = Field("", max_length=2000, title="Metrics", description="Separated by commas")
    availability: float | None = Field(default=None, gt=0, le=1, title="Availability", description="Such as 0.999")
    error_rate: float | None = Field(default=None, ge=0, le=1, title="Errors at most", description="Such as 0.02")
    p95_latency_ms: float | None = Field(default=None, gt=0, title="P95 latency in ms", description="Such as 500")
    aliases: str = Field("", max_length=2000, title="Also called", description="Separated by commas")
    kind: str = Field("", max_length=200, title="Architecture", description="Such as microservices")
    components: str = Field("", max_length=1000, title="Components", description="Separated by commas")
    language: str = Field("", max_length=200, title="Language")
    framework: str = Field("", max_length=200, title="Framework")
    app: str = Field("", max_length=200, title="Application")


ASKS = tuple(name for name in SaveApp.model_fields if name != "app")


async def answer(ask: SaveApp, tools: Tools) -> Reply:
    actor, desk = tools.turn.actor, tools.desks.profiles
    standing = await desk.find(actor.tenant, ask.app) if ask.app else None
    draft = _draft(ask, standing)
    saved = await (desk.edit(actor, standing.id, draft) if standing else desk.add(actor, draft))
    called = f" It is also called {', '.join(saved.aliases)}." if saved.aliases else ""
    says = f"{saved.name} is {'changed' if standing else 'added'}.{called}"
    return Reply(says, buttons=(Button("Show it", "app", {"app": saved.id}),), tone="good")


def services(text: str) -> dict[str, GivenService]:
    """Of each line: a name, perhaps the beginning of its metrics' names, perhaps a label of its lines."""
    found = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _SERVICE.fullmatch(line)
        parts = (match["rest"] or "").split() if match else []
        labels, prefixes = [one for one in parts if "=" in one], [one for one in parts if "=" not in one]
        if match is None or len(labels) > 1 or len(prefixes) > 1:
            raise ValueError(f"“{line[:60]}” is not a name, a prefix and a label such as app=abc-web")
        try:
            found[match["name"]] = GivenService(
                metrics_prefix=prefixes[0] if prefixes else "", log_label=labels[0] if labels else ""
            )
        except ValidationError:
            raise ValueError(f"“{labels[0][:60]}” is not a label such as app=abc-web") from None
    return found


def given(profile: Profile) -> Mapping[str, Any]:
    """What the form shows before anything is changed."""
    slos = profile.slos
    about = profile.architecture
    shown = {
        "name": profile.name,
        "datasource": profile.datasource or "",
        "availability": slos.availability,
        "error_rate": slos.error_rate,
        "p95_latency_ms": slos.p95_latency_ms,
        "aliases": ", ".join(profile.aliases),
        "kind": about.get("type", ""),
        "language": about.get("language", ""),
        "framework": about.get("framework", ""),
        "components": ", ".join(str(one) for one in about.get("components") or ()),
        "metrics": ", ".join(profile.default_metrics),
        "description": profile.description,
        "services": "\n".join(
            " ".join(filter(None, (name, one.metrics_prefix, one.log_label))) for name, one in profile.services.items()
        ),
    }
    filled: dict[str, Any] = {}
    for name, value in shown.items():
        if value not in ("", None) and len(json.dumps({**filled, name: value})) <= LARGEST_BUTTON:
            filled[name] = value
    return filled


def _draft(ask: SaveApp, standing: Profile | None) -> ProfileDraft:
    about: dict[str, Any] = dict(standing.architecture) if standing else {}
    told = {
        "type": ask.kind,
        "language": ask.language,
        "framework": ask.framework,
        "components": _listed(ask.components),
    }
    about |= {name: value for name, value in told.items() if value}
    slos = {
        name: getattr(ask, name)
        if getattr(ask, name) is not None
        else getattr(standing.slos, name)
        if standing
        else None
        for name in ("availability", "error_rate", "p95_latency_ms")
    }
    known = {
        name: GivenService(metrics_prefix=one.metrics_prefix, log_label=one.log_label)
        for name, one in (standing.services if standing else {}).items()
    }
    try:
        return ProfileDraft(
            name=ask.name,
            description=ask.description or (standing.description if standing else ""),
            architecture_info=about,
            service_mappings=services(ask.services) or known,
            datasource_id=ask.datasource or (standing.datasource or "" if standing else ""),
            default_metrics=tuple(_listed(ask.metrics)) or (standing.default_metrics if standing else ()),
            slos=slos,  # type: ignore[arg-type]  # it is read as one
            aliases=tuple(_listed(ask.aliases)) if ask.aliases else standing.aliases if standing else None,
        )
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Rejected(f"I cannot use “{where}”: {first['msg'].removeprefix('Value error, ').lower()}.") from None


def _listed(text: str) -> list[str]:
    return [part for part in (part.strip() for part in re.split(r"[,\n]", text)) if part]


INTENT: AnyIntent = Intent(
    name="save_app",
    help="Keep an application.",
    examples=(),
    asks=SaveApp,
    answer=answer,
    title="Application",
    submit="Save",
    needs=Role.ADMIN,
    remembered=False,
)
