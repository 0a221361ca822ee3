"""A Reply as HTML: what is drawn, and what can never be."""

import json
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from bot.model.reply import (
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
from handlers.playground.examples import ANNA, EXAMPLES, NOON
from handlers.playground.pages import page

VOID = {"br", "i", "img", "input", "line", "circle", "polyline", "polygon", "rect", "path"}


def linked(file: File) -> str:
    return f"https://files.example.com/{file.name}"


def drawn(*blocks: Block) -> str:
    return page(Reply("Summary.", blocks), linked).partition("Summary.</p>")[2].removesuffix("</article>")


class Balance(HTMLParser):
    """Fails on markup that a browser would have to repair."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        self.seen.append((tag, dict(attrs)))
        if tag not in ("input",):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_well_formed(name: str) -> None:
    parser = Balance()
    parser.feed(page(EXAMPLES[name], linked))
    parser.close()
    assert parser.open == []
    for tag, attributes in parser.seen:
        assert tag not in ("script", "style", "iframe", "img")
        assert not any(one.startswith("on") or one == "style" for one in attributes)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (Text(("a ", Strong("b"), " ", Code("c"))), '<p dir="auto">a <strong>b</strong> <code>c</code></p>'),
        (Text((Mention(ANNA),)), '<p dir="auto"><bdi class="mention">@Anna Berger</bdi></p>'),
        (
            Text((Moment(NOON),)),
            '<p dir="auto"><time datetime="2026-03-18T12:00:00+00:00">2026-03-18 12:00 UTC</time></p>',
        ),
        (
            Facts((Fact("Now", "412 ms", "warning"),)),
            '<dl class="reply-facts"><div><dt dir="auto">Now</dt>'
            '<dd dir="auto" data-tone="warning">412 ms</dd></div></dl>',
        ),
        (
            Query("demo world", "promql", 'up{a="<b>"}', NOON, NOON),
            '<figure class="reply-query"><figcaption dir="auto">demo world, at 2026-03-18 12:00 UTC</figcaption>'
            '<pre tabindex="0"><code data-language="promql">up{a=&quot;&lt;b&gt;&quot;}</code></pre></figure>',
        ),
        (
            Files((File("a.csv", "text/csv", b"1234"),)),
            '<ul class="reply-files"><li><a href="https://files.example.com/a.csv" rel="noopener noreferrer" '
            'download="a.csv">a.csv</a> <span class="about">text/csv, 4 B</span></li></ul>',
        ),
        (
            Sources((Link("Runbook", "https://w.example.com/r"),)),
            '<ul class="reply-sources"><li><a href="https://w.example.com/r" rel="noopener noreferrer" '
            'target="_blank">Runbook</a></li></ul>',
        ),
        (Chart("Nothing yet", (Series("web"),)), None),
        (Pie("Nothing yet", (Share("a", 0.0),)), None),
    ],
)
def test_blocks(block: Block, expected: str | None) -> None:
    if expected is None:
        assert "<svg" not in drawn(block)
        assert "Nothing yet" in drawn(block)
    else:
        assert drawn(block) == expected


def test_lines_of_a_list_stand_together() -> None:
    html = drawn(Text(("one",), True), Text(("two",), True), Text(("between",)), Text(("three",), True))
    assert html.count('<ul class="reply-list">') == 2
    assert html.index("two") < html.index("between") < html.index("three")


def test_tables_set_columns_of_numbers_to_the_right() -> None:
    html = drawn(Table(("Service", "p95 ms"), (("checkout", 412.0), ("<b>", 1234.5)), "Now"))
    assert '<th scope="col" class="number">p95 ms</th>' in html
    assert '<td class="number">1,234</td>' in html or '<td class="number">1,235</td>' in html
    assert '<td dir="auto">&lt;b&gt;</td>' in html
    assert "<caption>Now</caption>" in html


def test_buttons_carry_their_act() -> None:
    button = Button("Go", "ask_metric", {"metric": 'a"b'}, asks=("window",), style="danger", confirm="Sure?")
    parser = Balance()
    parser.feed(drawn(Buttons((button,))))
    tag, attributes = parser.seen[-1]
    assert tag == "button"
    assert attributes["data-intent"] == "ask_metric"
    assert json.loads(attributes["data-arguments"] or "") == {"metric": 'a"b'}
    assert json.loads(attributes["data-asks"] or "") == ["window"]
    assert (attributes["class"], attributes["data-confirm"]) == ("danger", "Sure?")


def test_choices_carry_the_whole_act_of_each_option() -> None:
    parser = Balance()
    parser.feed(drawn(Choices("Which?", (Option("A", "a"), Option("B", "b")), "ask", "service", {"metric": "m"})))
    acts = [json.loads(a["data-arguments"] or "") for tag, a in parser.seen if tag == "button"]
    assert acts == [{"metric": "m", "service": "a"}, {"metric": "m", "service": "b"}]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field("a", "A", value='x"y'), '<input type="text" dir="auto" name="a" required value="x&quot;y">'),
        (
            Field("a", "A", "number", "many", optional=True),
            '<input type="text" inputmode="decimal" name="a" value="many">',
        ),
        (Field("a", "A", "lines", "\n<x>"), '<textarea rows="3" dir="auto" name="a" required>\n\n&lt;x&gt;</textarea>'),
        (Field("a", "A", "switch", "true"), '<input type="checkbox" role="switch" name="a" checked data-value="true">'),
        (Field("a", "A", "switch", "no"), '<input type="checkbox" role="switch" name="a" data-value="no">'),
        (
            Field("a", "A", "choice", "2", (Option("One", "1"), Option("Two", "2"))),
            '<select name="a" required><option value="1">One</option><option value="2" selected>Two</option></select>',
        ),
        (
            Field("a", "A", "choice", "", (Option("One", "1"),)),
            '<select name="a" required><option value="" selected>Choose</option>'
            '<option value="1">One</option></select>',
        ),
    ],
)
def test_fields(field: Field, expected: str) -> None:
    assert expected in drawn(Form("Ask", (field,), "ask"))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        " https://example.com",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.com",
        "https:",
        "http://[",
        "https:\\\\example.com",
        "",
    ],
)
def test_only_pages_and_mails_are_linked(url: str) -> None:
    html = drawn(Text((Link("here", url),)), Sources((Link("there", url),))) + page(
        Reply("x", buttons=(Button("press", url=url),) if url else ()), linked
    )
    assert "<a " not in html
    assert "here" in html


@pytest.mark.parametrize("url", ["https://example.com/?a=1&b=2", "http://example.com", "mailto:anna@example.com"])
def test_what_may_be_linked_is(url: str) -> None:
    html = drawn(Text((Link("here", url),)))
    assert f'href="{url.replace("&", "&amp;")}" rel="noopener noreferrer"' in html


@pytest.mark.parametrize(
    ("label", "beside"),
    [("Runbook", False), ("bank.example.com", True), ("https://bank.example.com", True), ("bank。example", True)],
)
def test_an_address_stands_beside_a_label_that_could_be_another(label: str, beside: bool) -> None:
    html = drawn(Text((Link(label, "https://evil.example"),)))
    assert ('<span class="address">(https://evil.example)</span>' in html) is beside


@pytest.mark.parametrize("target", ["javascript:alert(1)", "//evil.example/x", "/\\evil.example", "data:text/html,x"])
def test_a_file_without_a_safe_address_is_named_but_not_linked(target: str) -> None:
    html = page(Reply("x", (Files((File("a.csv", "text/csv", b""),)),)), lambda _: target)
    assert "<a " not in html
    assert "a.csv" in html


def test_a_file_may_lie_on_this_very_page() -> None:
    html = page(Reply("x", (Files((File("a.csv", "text/csv", b""),)),)), lambda _: "/files/a.csv")
    assert 'href="/files/a.csv"' in html


HARMFUL = ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\ud800"]


@pytest.mark.parametrize("sign", HARMFUL)
def test_hidden_signs_are_made_visible_everywhere(sign: str) -> None:
    evil = f'a{sign}<script>alert(1)</script>" onmouseover="x'
    reply = Reply(
        evil,
        (
            Text((evil, Strong(evil), Code(evil), Link(evil, evil), Mention(replace(ANNA, name=evil)))),
            Facts((Fact(evil, evil),)),
            Table((evil,), ((evil,),), evil),
            Chart(evil, (Series(evil, (Point(NOON, 1.0),), evil),)),
            Pie(evil, (Share(evil, 1.0),), evil),
            Query(evil, "promql", evil, NOON, NOON + timedelta(1), timedelta(1), url=evil),
            Files((File(evil, evil, b""),)),
            Sources((Link(evil, evil),)),
            Choices(evil, (Option(evil, evil),), evil, evil),
            Form(evil, (Field(evil, evil, value=evil, hint=evil, options=(Option(evil, evil),)),), evil, submit=evil),
        ),
        (Button(evil, evil, {evil: evil}, confirm=evil),),
        title=evil,
        footer=evil,
    )
    html = page(reply, linked)
    parser = Balance()
    parser.feed(html)
    assert parser.open == []
    assert sign not in html
    assert "\ufffd" in html
    assert not {tag for tag, _ in parser.seen} & {"script"}
    assert not any("onmouseover" in attributes for _, attributes in parser.seen)
    html.encode()


def test_right_to_left_words_and_emoji_stay_as_they_are() -> None:
    assert "שלום עולם 🎉🇩🇪👩‍💻 مرحبا" in drawn(Text(("שלום עולם 🎉🇩🇪👩‍💻 مرحبا",)))


def test_nothing_is_cut() -> None:
    long = "long " * 20_000
    rows = tuple((f"row-{n}", float(n)) for n in range(3000))
    html = page(Reply(long, (Table(("Name", "Value"), rows),)), linked)
    assert html.count("long ") == 20_000
    assert all(f">row-{n}<" in html for n in range(3000))


def test_words_by_a_model_are_labelled_and_ratings_offered() -> None:
    html = page(Reply("x", by_model=True, rateable=True), linked)
    assert "Written with the help of a model" in html
    assert 'data-feedback="positive"' in html
    plain = page(Reply("x"), linked)
    assert "model" not in plain
    assert "feedback" not in plain
