"""Replies of every shape: empty, ordinary, hostile, and far over every limit of every platform."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from bot.model.chart import Band, Group, Mark, Threshold
from bot.model.message import Account
from bot.model.reply import (
    Bars,
    Block,
    Button,
    Buttons,
    Chart,
    Choices,
    Code,
    Fact,
    Facts,
    Field,
    File,
    Files,
    Form,
    Link,
    Mention,
    Moment,
    Option,
    Part,
    Picture,
    Pie,
    Query,
    Reply,
    Share,
    Sources,
    Strong,
    Table,
    Text,
)
from bot.model.series import Point, Series

T = TypeVar("T")
NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)

TAME = ("checkout", "payments", "p95 latency", "v2.14", "eu-west-1", "Überlast", "412 ms", "+249 %", "1,234.5", "0.03")
HOSTILE = (
    "<!channel>",
    "<@U0ANNA> & co",
    "*bold* _it_ ~no~",
    "`tick`",
    "[link](https://evil.example/x)",
    "https://bare.example/y",
    "@everyone",
    "<at>Anna</at>",
    "<b>html</b>",
    "&lt;already&gt; &amp; so",
    "{{DATE(2026-01-01T00:00:00Z)}}",
    "# head\n- item\n1. one\n> quote",
    ":tada: 12:30:45",
    "bell\x07 over\u202eride zero\u200bwidth",
    "שלום عالم 🎉👩‍💻",
    "a|b\\c^d\"e'f",
    "=cmd()",
    "tab\there",
)
SCHEMES = ("https://wiki.example.com/", "http://grafana.example.com/d/", "https://x.example/?q=a&b=")
BAD_URLS = ("javascript:alert(1)", "ftp://files.example.com/x", "//example.com", "not an address")

tones = st.sampled_from(["neutral", "good", "warning", "bad"])
phrases = st.lists(st.sampled_from(TAME + HOSTILE), min_size=1, max_size=4).map(" ".join)
names = st.one_of(st.sampled_from(TAME), phrases, st.integers(0, 99_999).map(lambda n: f"name-{n}"))
texts = st.one_of(names, phrases, st.builds(lambda phrase, n: f"{phrase} " * n, phrases, st.sampled_from([1, 40, 700])))
values = st.one_of(
    st.integers(-10_000, 10_000_000).map(float),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda v: round(v, 3)),
    st.sampled_from([float("nan"), float("inf"), 0.0, 1e-9, 1e12]),
)
good_urls = st.builds(lambda base, n: f"{base}{n}", st.sampled_from(SCHEMES), st.integers(0, 10**6))
urls = st.one_of(good_urls, st.sampled_from(BAD_URLS), good_urls.map(lambda url: url + "/long" * 800))
moments = st.integers(-(10**6), 10**6).map(lambda minutes: NOON + timedelta(minutes=minutes))
intents = st.sampled_from(["ask_metric", "status_overview", "help", "subscribe"])
scalars = st.one_of(names, st.integers(-999, 999), st.booleans(), st.none())
arguments = st.one_of(
    st.dictionaries(st.sampled_from(["metric", "service", "window", "by"]), scalars, max_size=3),
    st.just({"note": "very long " * 400}),
)


def some(of: st.SearchStrategy[T], most: int = 4, *, flood: int = 0) -> st.SearchStrategy[tuple[T, ...]]:
    """A few, sometimes none, and sometimes one of them over and over."""
    few = st.lists(of, max_size=most).map(tuple)
    return st.one_of(few, of.map(lambda one: (one,) * flood)) if flood else few


accounts = st.builds(
    Account, st.sampled_from(["slack", "teams"]), st.just("T0NIGHT"), st.sampled_from(["U0ANNA", "29:x"]), names
)
links = st.builds(Link, names, urls)
parts: st.SearchStrategy[Part] = st.one_of(
    texts,
    st.builds(Strong, texts),
    st.builds(Code, texts),
    links,
    st.builds(Mention, accounts),
    st.builds(Moment, moments),
)
points = st.lists(values.filter(lambda value: value != float("inf")), max_size=30).map(
    lambda given: tuple(Point(NOON + timedelta(minutes=n), value) for n, value in enumerate(given))
)
units = st.sampled_from(["", "seconds", "bytes", "ratio", "percent", "usd", "req/s"])
options = st.builds(Option, names, names)
files = st.builds(File, st.integers(0, 999).map(lambda n: f"file-{n}.csv"), st.just("text/csv"), st.binary(max_size=20))
acts = st.builds(
    Button,
    texts,
    intents,
    arguments,
    st.sampled_from([(), ("window",)]),
    style=st.sampled_from(["default", "primary", "danger"]),
    confirm=st.sampled_from(["", "Sure?"]),
)
buttons = st.one_of(acts, st.builds(lambda label, url: Button(label, url=url), names, urls))


@st.composite
def fields(draw: Callable[..., Any]) -> Field:
    """With a value that its shape can have."""
    name = f"field{draw(st.integers(0, 99))}"
    shape = draw(st.sampled_from(["line", "lines", "choice", "number", "switch"]))
    among: tuple[Option, ...] = ()
    match shape:
        case "choice":
            among = draw(some(options).filter(bool))
            value = draw(st.sampled_from(["", among[0].value]))
        case "number":
            value = draw(st.sampled_from(["", "5", "12345"]))
        case "switch":
            value = draw(st.sampled_from(["true", "false"]))
        case _:
            value = draw(st.one_of(st.just(""), names))
    return Field(name, draw(names), shape, value, among, draw(st.one_of(st.just(""), names)), draw(st.booleans()))


@st.composite
def charts(draw: Callable[..., Any]) -> Chart:
    unit = draw(units)
    series = st.builds(lambda name, given: Series(name, given, unit), names, points)
    return Chart(
        draw(texts),
        draw(some(series, flood=60)),
        draw(st.sampled_from(["line", "area", "bar"])),
        draw(st.booleans()),
        draw(some(st.builds(Mark, moments, names, st.sampled_from(["alert", "deploy", "anomaly", "note"])), flood=70)),
        draw(some(st.builds(Band, names, sides(moments), sides(moments), sides(values), sides(values), st.booleans()))),
        draw(some(st.builds(Threshold, values, names))),
        draw(st.sampled_from(["UTC", "Europe/Vienna", "No/Where"])),
        draw(st.sampled_from([0, 194])),
    )


def sides(of: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.one_of(st.none(), of)


@st.composite
def bars(draw: Callable[..., Any]) -> Bars:
    categories = draw(some(names, 5, flood=60))
    group = st.lists(values, min_size=len(categories), max_size=len(categories)).map(tuple)
    groups = draw(some(st.builds(Group, names, group), 3, flood=20))
    return Bars(draw(texts), categories, groups, draw(units), draw(st.booleans()))


@st.composite
def tables(draw: Callable[..., Any]) -> Table:
    columns = draw(st.integers(1, 5))
    cells = st.tuples(*(draw(st.sampled_from([texts, values, names])) for _ in range(columns)))
    heads = draw(st.lists(names, min_size=columns, max_size=columns))
    first, most = draw(st.sampled_from([(0, 0), (0, 3), (2, 2)]))
    return Table(tuple(heads), draw(some(cells, 6, flood=300)), draw(st.one_of(st.just(""), names)), first, most)


blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, some(parts, 5), st.booleans()),
    st.builds(Facts, some(st.builds(Fact, names, texts, tones), flood=80)),
    tables(),
    charts(),
    bars(),
    st.builds(Pie, names, some(st.builds(Share, names, values), flood=60), units),
    st.builds(
        Query, names, st.sampled_from(["promql", "logql"]), texts, moments, moments,
        st.sampled_from([None, timedelta(minutes=1)]), moments, st.one_of(st.just(""), good_urls),
    ),
    st.builds(Files, some(files)),
    st.builds(Picture, st.builds(File, st.just("chart.png"), st.just("image/png"), st.just(b"png"), texts)),
    st.builds(Sources, some(links, flood=40)),
    st.builds(Buttons, some(buttons, flood=60)),
    st.builds(Choices, names, some(options, flood=150), intents, st.just("service"), arguments),
    st.builds(Form, names, some(fields()), intents, arguments, names),
)  # fmt: skip


def replies() -> st.SearchStrategy[Reply]:
    return st.builds(
        Reply,
        texts,
        some(blocks, 6),
        some(buttons, flood=30),
        title=st.one_of(st.just(""), names, texts),
        tone=tones,
        footer=st.one_of(st.just(""), texts),
        rateable=st.booleans(),
        by_model=st.booleans(),
    )


def big_reply(factor: int) -> Reply:
    """One block of each kind, each `factor` times what any platform takes; every figure and name in it is its own."""
    count = iter(range(10**9))

    def word(kind: str) -> str:
        return f"{kind}-{next(count)}"

    def many(kind: str, most: int) -> Sequence[str]:
        return [word(kind) for _ in range(most * factor)]

    def prose(characters: int) -> str:
        return " ".join(many("word", characters // 10))

    def series(name: str) -> Series:
        return Series(name, tuple(Point(NOON + timedelta(seconds=n), next(count) / 7) for n in range(20 * factor)))

    rows = tuple((name, float(next(count))) for name in many("row", 100))
    fields = tuple(Field(name, f"Label of {name}", hint=f"Hint of {name}") for name in many("field", 20))
    choices = tuple(Option(name, f"value-of-{name}") for name in many("option", 100))
    acts = tuple(Button(name, "ask_metric", {"metric": f"metric-of-{name}"}) for name in many("button", 25))
    written: tuple[Block, ...] = (
        Text((prose(3000), Strong(prose(3000)), Code(prose(300)), Link("here", "https://wiki.example.com/big"))),
        *(Text((name,), listed=True) for name in many("listed", 50)),
        Facts(tuple(Fact(name, f"{next(count)} ms") for name in many("fact", 10))),
        Table(("Service", "p95"), rows, "A long table"),
        Chart("Many series", tuple(series(name) for name in many("series", 6))),
        Bars(
            "Many bars",
            tuple(many("category", 10)),
            (Group(word("group"), tuple(float(n) for n in range(10 * factor))),),
        ),
        Pie("Many shares", tuple(Share(name, float(next(count))) for name in many("share", 10))),
        Query("demo world", "promql", prose(3000), NOON - timedelta(hours=1), NOON, timedelta(minutes=1)),
        Files(tuple(File(f"{name}.csv", "text/csv", name.encode()) for name in many("file", 5))),
        Sources(tuple(Link(name, f"https://wiki.example.com/{name}") for name in many("source", 10))),
        Buttons(acts),
        Choices("Which?", choices, "ask_metric", "service", {"metric": "latency"}),
        Form("Tell me more", fields, "ask_metric", {"metric": "latency"}, "Ask"),
    )
    pressed = tuple(Button(name, "help", {"about": name}) for name in many("last", 10))
    return Reply(prose(3000), written, pressed, title=prose(150), tone="warning", footer=prose(2000), rateable=True)
