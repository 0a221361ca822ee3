"""Which streams hold the lines of a service, whatever a source calls its labels, and what tells their levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk.log_catalog import SERVICE
from bot.model.errors import Missing
from bot.model.profile import Profile, spelt
from bot.ports.tools import LogsSource
from bot.query.log_levels import NAMES, Told
from bot.query.log_messages import field as held
from bot.query.log_queries import Streams
from bot.query.log_shapes import shape
from bot.query.nearest import nearest

ENV = ("env", "environment", "deployment_environment", "deployment_environment_name", "stage")
REGION = ("region", "cloud_region", "zone", "cluster", "location")
POD = ("pod", "pod_name", "k8s_pod_name", "instance", "host", "hostname", "node")  # where no service is called so
PRODUCTION = ("prod", "production")
SAMPLE = 20  # lines that are looked at where no stream has a level
MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """As somebody said it: a region may be the beginning of several, an application stands for its services."""

    service: str = ""
    region: str = ""
    env: str = ""
    app: Profile | None = None


@dataclass(frozen=True, slots=True)
class Found:
    streams: Streams
    name: str  # as sentences call it
    where: Mapping[str, str] = field(default_factory=dict)  # as questions about metrics name it


async def find(source: LogsSource, wanted: Wanted, start: datetime, end: datetime) -> Found:
    """Raises Missing with what there is instead."""
    labels = await source.labels()
    if not labels:
        raise Missing(f"{source.title} has held no lines lately.")
    where: dict[str, Sequence[str]] = {}
    name = wanted.service
    if wanted.service:
        label, values = await _service(source, labels, wanted)
        where[label] = values
        name = wanted.service if len(values) > 1 or wanted.app else values[0]
    place: dict[str, str] = {}
    for kind, label_names, value in (("region", REGION, wanted.region), ("env", ENV, wanted.env)):
        if found := await _place(source, labels, label_names, kind, value):
            where[found[0]] = found[1]
            place[kind] = value or found[1][0]
    if not where:
        where[next((one for one in SERVICE if one in labels), labels[0])] = ()
    told, notes = await _levels(source, labels, where, start, end)
    named = f"{name or 'everything'}{''.join(f' in {one}' for one in place.values())}"
    return Found(Streams(where, told, notes), named, {**({"service": name} if name else {}), **place})


async def _service(source: LogsSource, labels: Sequence[str], wanted: Wanted) -> tuple[str, Sequence[str]]:
    if given := _of_profile(wanted, labels):
        return given
    names = {wanted.service, *(wanted.app.services if wanted.app else ())}
    spellings = {spelt(name) for name in names} | (set(wanted.app.names) if wanted.app else set())
    known: list[str] = []
    for label in (one for one in SERVICE if one in labels):
        values = await source.values(label)
        exact = [value for value in values if value in names]
        if hits := exact or [value for value in values if spelt(value) in spellings]:
            return label, sorted(hits)
        known += [value for value in values if value not in known]
    for label in (one for one in POD if one in labels):
        if wanted.service in await source.values(label):
            return label, [wanted.service]
    shown = list(dict.fromkeys([*nearest(wanted.service, known), *known]))[:MOST_NAMED]
    raise Missing(
        f"No log stream is known as “{wanted.service[:80]}”.",
        advice=f"There are: {', '.join(shown)}." if shown else "Its streams have no label that names services.",
    )


def _of_profile(wanted: Wanted, labels: Sequence[str]) -> tuple[str, Sequence[str]] | None:
    """What the profile of an application says itself, of the service that is asked for or of all."""
    if wanted.app is None:
        return None
    services = wanted.app.services
    named = {wanted.service: services[wanted.service]} if wanted.service in services else services
    found: dict[str, list[str]] = {}
    for one in named.values():
        label, _, value = one.log_label.partition("=")
        if value and label in labels:
            found.setdefault(label, []).append(value.strip('"'))
    return next(iter(found.items()), None)


async def _place(
    source: LogsSource, labels: Sequence[str], names: Sequence[str], kind: str, value: str
) -> tuple[str, Sequence[str]] | None:
    """Without a word about it, production is meant where there is one."""
    label = next((name for name in names if name in labels), "")
    if not label:
        if value:
            raise Missing(f"Its log streams are not told apart by {kind}.")
        return None
    known = await source.values(label)
    if not value:
        usual = next((one for one in PRODUCTION if one in known), "")
        return (label, (usual,)) if kind == "env" and usual else None
    begun = value if kind == "env" else f"{value}-"
    hits = [one for one in known if one == value] or [one for one in known if one.startswith(begun)]
    if not hits:
        raise Missing(f"No log stream has {label} “{value[:80]}”.", advice=f"There are: {', '.join(known[:8])}.")
    return label, hits


async def _levels(
    source: LogsSource, labels: Sequence[str], where: Mapping[str, Sequence[str]], start: datetime, end: datetime
) -> tuple[Told, tuple[str, ...]]:
    """A label of the streams; else one that the source adds to lines; else a field in them; else their words."""
    if label := next((name for name in NAMES if name in labels), ""):
        return Told(label, values=tuple(await source.values(label))), ()
    sample = await source.lines(Streams(where, Told()).lines(), max(start, end - timedelta(days=1)), end, SAMPLE)
    if label := next((name for name in NAMES if any(line.labels.get(name) for line in sample)), ""):
        return Told(label), ()
    looks = shape("", [line.text for line in sample])
    fields = [name for name in NAMES if any(held(line.text, name) for line in sample)]
    if looks.format != "plain text" and fields:
        said = f"Streams have no level here: it is the field “{fields[0]}” of each line."
        return Told(fields[0], looks.format), (said,)
    return Told(), ("Lines have no level here: those that name an error are told by their words.",)
