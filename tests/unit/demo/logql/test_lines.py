import pytest

from bot.model.errors import Rejected
from bot.query.logql.parse import parse
from integrations.demo.logql.evaluate import lines
from integrations.demo.logql.streams import Stream
from tests.unit.demo.logql.town import said, texts, when


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('{app="relay"}', [15, 25, 35]),
        ('{app=~"rel.*"}', [15, 25, 35]),
        ('{app=~"rel"}', []),  # anchored
        ('{app!="relay", env="prod"}', [10, 20, 30, 40]),
        ('{app!~"a.*|w.*|c.*", app!=""}', [15, 25, 35]),
        ('{app="relay"} |= "bounce"', [15, 35]),
        ('{app="relay"} != "bounce"', [25]),
        ('{app="relay"} |= "outlook" or "sent"', [15, 25]),
        ('{app="relay"} != "outlook" or "sent"', [35]),
        ('{app="relay"} |~ "delay=[0-9]+s"', [15, 25]),
        ('{app="relay"} !~ "delay=[0-9]+s"', [35]),
        ('{app="web"} |> "<_> - GET <_>"', [10, 20]),
        ('{app="web"} !> "<_> - GET <_>"', [30, 40]),
        ('{app="web"} |> "10.0.<_> 7"', [20]),
        ('{app="web"} |> "- <_> 7"', [20]),  # the first literal may stand anywhere
        ('{app="web"} |> "<_>/a"', []),  # the last has to end the line
        ('{app="web"} |> "10.0.0.1 - GET <_>/a <_>"', []),  # <_> is something
        ('{app="web"} |= ip("10.0.0.0/16")', [10, 20]),
        ('{app="web"} |= ip("10.0.0.1-10.0.0.9")', [10]),
        ('{app="web"} != ip("10.0.0.0/16")', [30, 40]),
        ('{app="web"} |= ip("2001:db8::/32")', [40]),
        ('{app="api"} | json | level="error"', [20, 30]),
        ('{app="api"} | json | level!="error"', [10, 40]),
        ('{app="api"} | json | level=~"err.*"', [20, 30]),
        ('{app="api"} | json | level="info" or took_ms > 400', [10, 30, 40]),  # what failed to be read passes
        ('{app="api"} | json | __error__="" | level="info" or took_ms > 400', [10, 30]),
        ('{app="api"} | json | level="error" and took_ms <= 300', [20]),
        ('{app="api"} | json | level="error", took_ms > 300', [30]),
        ('{app="api"} | json | took >= 300ms | __error__=""', [20, 30]),
        ('{app="api"} | json | size > 1KiB | __error__=""', [20, 30]),
        ('{app="api"} | json | took_ms == 300 | __error__=""', [20]),
        ('{app="api"} | json | took_ms != 300 | __error__=""', [10, 30]),
        ('{app="api"} | json | user_id="7"', [10]),
        ('{app="api"} | json | missing > 5', [40]),
        ('{app="api"} | json | __error__="JSONParserErr"', [40]),
        ('{app="relay"} | logfmt | delay > 60s', [15, 35]),  # "soon" is no duration: passes with an error
        ('{app="relay"} | logfmt | delay > 60s | __error__=""', [15]),
        ('{app="relay"} | logfmt | delay > 60s | __error__="LabelFilterErr"', [35]),
        ('{app="web"} | pattern "<client> - <_>" | client=ip("10.0.0.0/16")', [10, 20]),
        ('{app="web"} | pattern "<client> - <_>" | client!=ip("10.0.0.0/16")', [30, 40]),
        ('{app="web"} | regexp "\\"(?P<status>\\\\d+)\\" (?P<bytes>\\\\d+)" | status >= 500 | bytes > 5', [20]),
    ],
)
def test_which_lines_stay(query, expected):
    assert when(query) == expected


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        (
            '{app="api"} |= "ann" | json',
            {"app": "api", "env": "prod", "env_extracted": "x", "level": "info", "took_ms": "100", "took": "100ms",
             "size": "1KB", "user_id": "7", "user_name": "ann"},
        ),
        (
            '{app="api"} |= "tags" | json',
            {"app": "api", "env": "prod", "level": "error", "took_ms": "500.5", "took": "500ms", "size": "3MB",
             "ok": "true"},
        ),
        ('{app="api"} |= "ann" | json who="user.name", user', {"app": "api", "env": "prod", "who": "ann",
                                                               "user": '{"id":"7","name":"ann"}'}),
        ('{app="api"} |= "tags" | json first="tags[0]", tags', {"app": "api", "env": "prod", "first": "a",
                                                                 "tags": '["a","b"]'}),
        (
            '{app="relay"} |= "outlook" | logfmt',
            {"app": "relay", "env": "prod", "event": "bounce", "provider": "outlook", "delay": "61s",
             "to": "a b@example.com"},
        ),
        ('{app="relay"} |= "outlook" | logfmt event, p="provider"', {"app": "relay", "env": "prod", "event": "bounce",
                                                                     "p": "outlook"}),
        ('{app="web"} |= "/a" | pattern "<client> - <method> <path> \\"<status>\\" <size>"',
         {"app": "web", "env": "stage", "client": "10.0.0.1", "method": "GET", "path": "/a", "status": "200",
          "size": "12"}),
        ('{app="web"} |= "/a" | pattern "nothing <x>"', {"app": "web", "env": "stage"}),
        ('{app="web"} |= "/a" | pattern "<a> GET <b>@<c>"', {"app": "web", "env": "stage", "a": "10.0.0.1 -",
                                                            "b": '/a "200" 12'}),
        ('{app="relay"} |= "sent" | logfmt | label_format who=provider, both="{{.event}}/{{.delay}}"',
         {"app": "relay", "env": "prod", "event": "sent", "who": "gmail", "delay": "2s", "both": "sent/2s"}),
        ('{app="relay"} |= "sent" | logfmt | drop app, event="sent", delay="3s"',
         {"env": "prod", "provider": "gmail", "delay": "2s"}),
        ('{app="relay"} |= "sent" | logfmt | keep app, delay=~"2.*", event="x"', {"app": "relay", "delay": "2s"}),
    ],
)  # fmt: skip
def test_which_labels_a_line_gets(query, labels):
    ((_, _, found),) = said(query)

    assert found == labels


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('{app="relay"} |= "sent" | logfmt | line_format "{{.provider}} {{ .missing }}!"', "gmail !"),
        ('{app="relay"} |= "sent" | logfmt | line_format `{{.provider | upper | replace "A" "-"}}`', "GM-IL"),
        ('{app="relay"} |= "sent" | logfmt | line_format `{{ printf "%s:%s" .event .provider }}`', "sent:gmail"),
        ('{app="relay"} |= "sent" | logfmt | line_format `a {{- .event -}} b`', "asentb"),
        ('{app="relay"} |= "sent" | line_format "{{ __line__ | trunc 5 }}"', "event"),
        ('{app="web"} |= "red" | decolorize', "red 2001:db8::1"),
    ],
)
def test_what_a_line_becomes(query, expected):
    assert texts(query) == [expected]


def test_a_template_that_is_not_known_is_refused():
    with pytest.raises(Rejected, match="does not know “if”"):
        texts('{app="relay"} | line_format "{{ if .a }}x{{ end }}"')


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"direction": "forward", "limit": 2}, [10, 15]),
        ({"direction": "backward", "limit": 2}, [40, 35]),
        ({"start": 15, "end": 35}, [15, 20, 25, 30]),  # the end does not belong to it
    ],
)
def test_direction_limit_and_time(how, expected):
    assert [at for at, _, _ in said('{env="prod"}', **how)] == expected


def test_unpack_undoes_what_was_packed():
    packed = Stream({"app": "x"}, ((1, '{"pod":"a","n":5,"_entry":"the line"}'), (2, "no json"), (3, '{"a":"b"}')))
    one, two, three = lines(parse('{app="x"} | unpack'), [packed], 0, 10, 10, "forward")

    assert (one.line, dict(one.shown())) == ("the line", {"app": "x", "pod": "a"})
    assert dict(two.shown())["__error__"] == "JSONParserErr"
    assert (three.line, dict(three.shown())) == ('{"a":"b"}', {"app": "x"})  # nobody packed it


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('{app="x"} | logfmt', {"app": "x", "good": "1"}),
        ('{app="x"} | logfmt --keep-empty', {"app": "x", "good": "1"}),
        (
            '{app="x"} | logfmt --strict',
            {"app": "x", "__error__": "LogfmtParserErr", "__error_details__": "logfmt syntax error at pos 1"},
        ),
    ],
)
def test_logfmt_is_strict_only_where_it_is_asked_to_be(query, expected):
    (entry,) = lines(parse(query), [Stream({"app": "x"}, ((1, '="x" good=1 bare'),))], 0, 10, 10)

    assert dict(entry.shown()) == expected
