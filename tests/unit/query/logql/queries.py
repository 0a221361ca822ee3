"""Every LogQL query there is, as hypothesis draws them: trees that pass the checks, labels and texts of any kind."""

from dataclasses import replace

from hypothesis import strategies as st

from bot.query.logql import tree

FUNCTIONS = ("count_over_time", "rate", "bytes_rate", "bytes_over_time", "absent_over_time")
UNWRAPPING = ("sum_over_time", "rate", "absent_over_time", "rate_counter")
GROUPING = ("avg_over_time", "max_over_time", "quantile_over_time", "first_over_time", "stddev_over_time")
HOSTILE = (
    'a"} or {tenant="other', "\\", '\\"', "x\n} | json", "`", "{{.x}}", "# no comment", '"', "\t\r", "ünï", "\x00",
    "🙂", 'other",tenant=~".*', ".*", "",
)  # fmt: skip

labels = st.sampled_from(["app", "env", "tenant", "sum", "rate", "duration_ms", "bytes", "le", "x_1", "ip"])
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8"), max_size=12))
regexes = st.sampled_from([".+", "a|b", "5..", "(x)?y", "[^\\n]+\\.log", "web-\\d+"])
ips = st.sampled_from(["10.0.0.1", "10.0.0.0/8", "10.0.0.1-10.0.0.9", "2001:db8::/32", "::1"])
numbers = st.one_of(
    st.integers(-10, 2000).map(float), st.floats(allow_nan=False, allow_infinity=False, min_value=-1e20, max_value=1e20)
)
lengths = st.integers(1, 168 * 3600).map(lambda seconds: tree.Duration(seconds * 10**9))
durations = st.integers(-(10**15), 10**15).map(tree.Duration)

matchers = st.one_of(
    st.builds(tree.Matcher, labels, st.sampled_from(["=", "!="]), texts),
    st.builds(tree.Matcher, labels, st.sampled_from(["=~", "!~"]), regexes),
)
certain = st.builds(tree.Matcher, labels, st.just("="), texts.filter(bool))


def _plainly(signs: tuple[str, ...], needles: st.SearchStrategy[tree.Needle]) -> st.SearchStrategy[tree.LineFilter]:
    several = st.lists(needles, min_size=1, max_size=3).map(tuple)
    return st.builds(tree.LineFilter, st.sampled_from(signs), several)


line_filters = st.one_of(
    _plainly(("|=", "!="), st.one_of(st.builds(tree.Needle, texts), st.builds(tree.Needle, ips, st.just(True)))),
    _plainly(("|~", "!~"), st.builds(tree.Needle, regexes)),
    _plainly(("|>", "!>"), st.builds(tree.Needle, st.sampled_from(["<_> took <_>", "plain", "<_>"]))),
)
text_tests = st.one_of(
    st.builds(tree.TextTest, labels, st.sampled_from(["=", "!="]), st.one_of(texts, st.builds(tree.Ip, ips))),
    st.builds(tree.TextTest, labels, st.sampled_from(["=~", "!~"]), regexes),
)
measure_tests = st.builds(
    tree.MeasureTest,
    labels,
    st.sampled_from(["==", "!=", ">", ">=", "<", "<="]),
    st.one_of(numbers, durations, st.integers(0, 10**12).map(tree.Bytes)),
)
tests = st.recursive(
    st.one_of(text_tests, measure_tests),
    lambda inner: st.one_of(st.builds(tree.Both, inner, inner), st.builds(tree.Either, inner, inner)),
    max_leaves=4,
)
label_filters = st.builds(tree.LabelFilter, tests)
extractions = st.lists(
    st.builds(tree.Extraction, labels, st.sampled_from(["a", "a.b", 'a["b c"][0]', "x_1"])), max_size=2
).map(tuple)
templates = st.sampled_from(["{{.app}}", "plain", '{{.a | printf "%s"}} x', ""])
changes = st.lists(
    st.one_of(
        st.builds(tree.Change, labels, labels, st.just(False)), st.builds(tree.Change, labels, templates, st.just(True))
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda change: change.label,
).map(tuple)
named = st.lists(
    st.one_of(
        st.builds(tree.Named, labels),
        st.builds(tree.Named, labels, st.sampled_from(["=", "!="]), texts),
        st.builds(tree.Named, labels, st.sampled_from(["=~", "!~"]), regexes),
    ),
    min_size=1,
    max_size=2,
).map(tuple)
stages = st.one_of(
    line_filters,
    label_filters,
    st.builds(tree.Json, extractions),
    st.builds(tree.Logfmt, st.booleans(), st.booleans(), extractions),
    st.builds(tree.Regexp, st.sampled_from(["(?P<a>.*)", '"(?P<b>\\d+)"'])),
    st.builds(tree.Pattern, st.sampled_from(["<a> <_>", 'x"<b>"'])),
    st.builds(tree.Unpack),
    st.builds(tree.Decolorize),
    st.builds(tree.LineFormat, templates),
    st.builds(tree.LabelFormat, changes),
    st.builds(tree.Drop, named),
    st.builds(tree.Keep, named),
)


def _logs(first: tree.Matcher, more: list[tree.Matcher], stages: list[tree.Stage]) -> tree.Logs:
    """Without `drop a != "x"` in two parts, which nobody can write."""
    kept: list[tree.Stage] = []
    for stage in stages:
        if not (kept and isinstance(kept[-1], tree.Drop | tree.Keep) and isinstance(stage, tree.LineFilter)):
            kept.append(stage)
    return tree.Logs((first, *more), tuple(kept))


logs = st.builds(
    _logs,
    certain,
    st.lists(matchers, max_size=2),
    st.lists(stages, max_size=3),
)
unwraps = st.builds(tree.Unwrap, labels, st.sampled_from(["", "bytes", "duration", "duration_seconds"]))
unwrapped = st.builds(
    lambda logs, unwrap, after: tree.Logs(logs.matchers, (*logs.stages, unwrap, *after)),
    logs,
    unwraps,
    st.lists(label_filters, max_size=2),
)
names = st.lists(labels, max_size=3, unique=True).map(tuple)
groupings = st.builds(tree.Grouping, names, st.booleans())
offsets = st.integers(-3600, 86400).map(lambda seconds: tree.Duration(seconds * 10**9))


def _parameter(function: str) -> float | None:
    return 0.95 if function == "quantile_over_time" else 3.0 if function in ("topk", "bottomk") else None


over_time = st.one_of(
    st.builds(tree.OverTime, st.sampled_from(FUNCTIONS), st.builds(tree.Ranged, logs, lengths, offsets)),
    st.builds(tree.OverTime, st.sampled_from(UNWRAPPING), st.builds(tree.Ranged, unwrapped, lengths, offsets)),
    st.builds(
        lambda function, ranged, grouping: tree.OverTime(function, ranged, _parameter(function), grouping),
        st.sampled_from(GROUPING),
        st.builds(tree.Ranged, unwrapped, lengths, offsets),
        st.none() | groupings,
    ),
)


def _without_sides(node: tree.Binary) -> tree.Binary:
    sets = node.operator in ("and", "or", "unless") and node.matching.many
    return replace(node, matching=tree.Matching()) if sets else node


def _wrapped(inner: st.SearchStrategy[tree.Metric]) -> st.SearchStrategy[tree.Metric]:
    joined = st.builds(
        tree.Matching, labels=st.none() | names, on=st.just(True), many=st.sampled_from(["", "left", "right"]),
        include=names,
    ).map(lambda one: one if one.many else tree.Matching(labels=one.labels, on=one.labels is not None))  # fmt: skip
    return st.one_of(
        st.builds(
            lambda function, inner, grouping: tree.Aggregate(function, inner, _parameter(function), grouping),
            st.sampled_from(["sum", "avg", "max", "count", "topk", "bottomk", "stddev"]),
            inner,
            st.none() | groupings,
        ),
        st.builds(
            tree.Binary,
            st.sampled_from(["+", "-", "*", "/", "%", "^", ">", "==", "!=", "and", "or", "unless"]),
            inner,
            inner,
            joined.map(lambda one: one if one.labels is not None else tree.Matching()),
        ).map(_without_sides),
        st.builds(tree.LabelReplace, inner, labels, texts, labels, regexes),
    )


metrics = st.recursive(over_time, _wrapped, max_leaves=4)
with_numbers = st.one_of(
    metrics,
    st.builds(tree.Binary, st.sampled_from(["*", "/", "-", ">"]), metrics, st.builds(tree.Number, numbers)),
    st.builds(tree.Binary, st.just("or"), metrics, st.builds(tree.Vector, numbers)),
)
queries = st.one_of(logs, with_numbers)
