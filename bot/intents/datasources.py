"""Where figures are read: every datasource and how it is, and what administrators do with them."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question
from bot.intents.save_source import ASKS, given
from bot.intents.sentences import named
from bot.model import figures
from bot.model.message import Role
from bot.model.reply import Block, Button, Buttons, Choices, Fact, Facts, Option, Reply, Strong, Table, Text, Tone
from bot.model.source import Datasource
from bot.model.text import many
from bot.ports.tools import Tools

OFFERED = 10
TONES: Mapping[str, Tone] = {"up": "good", "down": "bad"}
ADD = Button("Add a datasource…", "save_source", asks=ASKS)


class All(BaseModel, frozen=True):
    pass


class Named(BaseModel, frozen=True):
    source: str = Field(min_length=1, max_length=200, title="Datasource", description="Its name")


class Wanted(BaseModel, frozen=True):
    name: str = Field("", max_length=80, title="Name")
    url: str = Field("", max_length=2000, title="Address")


class Offered(Named, frozen=True):
    offer: str = Field(min_length=1, max_length=200)


async def every(_: All, tools: Tools) -> Reply:
    found = await tools.desks.sources.every(tools.turn.tenant)
    admin = tools.turn.person.role is Role.ADMIN
    if not found:
        return Reply(
            "There is no datasource yet, so I have no figures to read.",
            buttons=(ADD,) if admin else (),
            tone="warning",
        )
    down = [one for one in found if one.state == "down"]
    rows = tuple(_row(one) for one in found)
    blocks: list[Block] = [Table(("Datasource", "Type", "State", "What it is", "Looked at"), rows)]
    blocks += [Text((f"{one.name}: {one.health.says}",), listed=True) for one in down if one.health]
    blocks.append(Choices("Open one", tuple(Option(one.name, one.id) for one in found), "datasource", "source"))
    counted = many(len(found), "datasource")
    says = f"{counted}; {len(down)} of them {'does' if len(down) == 1 else 'do'} not answer." if down else f"{counted}."
    tone: Tone = "bad" if down else "good"
    return Reply(says, tuple(blocks), (ADD,) if admin else (), title="Datasources", tone=tone)


async def one(ask: Named, tools: Tools) -> Reply:
    return shown(await tools.desks.sources.find(tools.turn.tenant, ask.source), tools)


async def add(ask: Wanted, _: Tools) -> Reply:
    said = {name: value for name, value in ask.model_dump().items() if value}
    return Reply(
        "The next step asks for the address, and for a token or a password where it wants one. "
        "Nothing is saved that does not answer.",
        buttons=(Button(ADD.label, ADD.intent, said, asks=ASKS, style="primary"),),
        footer="A secret is kept encrypted and never shown again. Do not write it into a message.",
    )


async def look(ask: Named, tools: Tools) -> Reply:
    return shown(await tools.desks.sources.look(tools.turn.tenant, ask.source), tools)


async def on(ask: Named, tools: Tools) -> Reply:
    done = await tools.desks.sources.enable(tools.turn.actor, ask.source, on=True)
    return Reply(f"{done.name} is on from now on.", tone="good")


async def off(ask: Named, tools: Tools) -> Reply:
    done = await tools.desks.sources.enable(tools.turn.actor, ask.source, on=False)
    return Reply(f"{done.name} is off from now on.", tone="good")


async def default(ask: Named, tools: Tools) -> Reply:
    done = await tools.desks.sources.make_default(tools.turn.actor, ask.source)
    return Reply(f"Questions that name no datasource go to {done.name} from now on.", tone="good")


async def offers(ask: Named, tools: Tools) -> Reply:
    await tools.step("Asking which datasources it has")
    found = await tools.desks.sources.offers(tools.turn.tenant, ask.source)
    if not found:
        return Reply("It offers no datasource that I can read and do not have already.")
    rows = [
        block
        for one in found[:OFFERED]
        for block in (
            Text((Strong(one.name), f" ({one.type})")),
            Buttons((Button("Add", "adopt_datasource", {"source": ask.source, "offer": one.id}, style="primary"),)),
        )
    ]
    more = f" The first {OFFERED} are here." if len(found) > OFFERED else ""
    counted = many(len(found), "datasource")
    return Reply(f"It offers {counted} that I can read.{more}", tuple(rows), title="Behind Grafana")


async def adopt(ask: Offered, tools: Tools) -> Reply:
    return shown(await tools.desks.sources.adopt(tools.turn.actor, ask.source, ask.offer), tools)


async def remove(ask: Named, tools: Tools) -> Reply:
    gone = await tools.desks.sources.remove(tools.turn.actor, ask.source)
    return Reply(f"{gone.name} is removed, and its secrets with it.", tone="good")


def shown(source: Datasource, tools: Tools) -> Reply:
    """With what may be done; its address is for those who may change it."""
    admin = tools.turn.person.role is Role.ADMIN
    facts = [Fact("Type", source.type), Fact("State", source.state, TONES.get(source.state, "neutral"))]
    if source.health:
        took = source.health.latency
        latency = f", {figures.measured(took.total_seconds(), 'seconds')}" if took else ""
        facts.append(Fact("Looked at", f"{figures.clock(source.health.at)}{latency}"))
        facts.append(Fact("It is" if source.health.up else "It says", source.health.says))
    if admin and source.url:
        facts.append(Fact("Address", source.url))
        facts.append(Fact("Log-in", source.auth.value + (f", tenant {source.org}" if source.org else "")))
        facts += [] if source.tls.verify else [Fact("Certificate", "not verified", "warning")]
    facts.append(Fact("Default", "yes" if source.is_default else "no"))
    says = f"{source.name} is {source.state}."
    if source.from_settings:
        says += " It is named in Nightdesk's own settings."
    tone = TONES.get(source.state, "neutral")
    return Reply(says, (Facts(tuple(facts)),), _acts(source, admin=admin), title=source.name, tone=tone)


def _acts(source: Datasource, *, admin: bool) -> tuple[Button, ...]:
    about = {"source": source.id}
    acts = [Button("Test", "test_datasource", about)] if source.is_enabled else []
    if not admin or source.from_settings:
        return tuple(acts)
    if source.type == "grafana" and source.is_enabled:
        acts.append(Button("Its datasources", "offered_datasources", about))
    acts.append(Button("Edit…", "save_source", {**about, **given(source)}, asks=ASKS))
    if source.is_enabled and not source.is_default:
        acts.append(Button("Make default", "default_datasource", about))
    off, on = Button("Switch off", "switch_off_datasource", about), Button("Switch on", "switch_on_datasource", about)
    acts.append(off if source.is_enabled else on)
    sure = f"Remove {source.name} for everyone?"
    acts.append(Button("Remove", "remove_datasource", about, style="danger", confirm=sure))
    return tuple(acts)


def _row(source: Datasource) -> tuple[str, ...]:
    health = source.health
    default = " (default)" if source.is_default else ""
    what = health.says[:60] if health and health.up else ""
    return (f"{source.name}{default}", source.type, source.state, what, figures.clock(health.at) if health else "never")


def _named(question: Question) -> Mapping[str, Any] | None:
    name = named(question.text)
    return {"source": name} if name else None


def _wanted(question: Question) -> Mapping[str, Any] | None:
    """A name and an address, in any order."""
    words = question.text.split()
    urls = [word for word in words if word.startswith(("http://", "https://"))]
    rest = " ".join(word for word in words if word not in urls)
    return None if len(urls) > 1 else {**({"name": rest} if rest else {}), **({"url": urls[0]} if urls else {})}


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "datasources", "Where figures are read, and how each source is.", ("datasources",), All, every,
        title="Datasources", command="datasources", remembered=False,
    ),
    Intent(
        "datasource", "One datasource.", ("datasource eu-prometheus",), Named, one,
        title="Show a datasource", command="datasource", words=_named, submit="Show", remembered=False,
    ),
    Intent(
        "test_datasource", "Ask a datasource how it is, now.", ("datasource test eu-prometheus",), Named, look,
        title="Test a datasource", command="datasource test", words=_named, submit="Test", needs=Role.OPERATOR,
        remembered=False,
    ),
    Intent(
        "add_datasource", "Add a datasource; it is tried before it is saved.", ("datasource add",), Wanted, add,
        title="Add a datasource", command="datasource add", words=_wanted, submit="Next", needs=Role.ADMIN,
        remembered=False,
    ),
    Intent(
        "offered_datasources", "Which datasources a Grafana knows the way to.", ("datasource behind grafana",), Named,
        offers, title="Behind Grafana", command="datasource behind", words=_named, submit="Show", needs=Role.ADMIN,
        remembered=False,
    ),
    Intent(
        "adopt_datasource", "Read one of them through Grafana.", (), Offered, adopt, title="Add", submit="Add",
        needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "default_datasource", "Read from this one where none is named.", ("datasource default eu-prometheus",),
        Named, default, title="Make it the default", command="datasource default", words=_named, submit="Make default",
        needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "switch_off_datasource", "Ask a datasource no more.", ("datasource off eu-prometheus",), Named, off,
        title="Switch a datasource off", command="datasource off", words=_named, submit="Switch off",
        needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "switch_on_datasource", "Ask a datasource again.", ("datasource on eu-prometheus",), Named, on,
        title="Switch a datasource on", command="datasource on", words=_named, submit="Switch on",
        needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "remove_datasource", "Remove a datasource and its secrets.", ("datasource remove eu-prometheus",),
        Named, remove, title="Remove a datasource", command="datasource remove", words=_named, submit="Remove",
        needs=Role.ADMIN, remembered=False,
    ),
)  # fmt: skip
