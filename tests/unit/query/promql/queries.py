"""PromQL as hypothesis writes it: every form that reaches a selector, with labels and values of any kind."""

from hypothesis import strategies as st

HOSTILE = (
    'a"} or {tenant="other', "\\", '\\"', "x\n} or up", "`", "# no comment", '"', "\t\r", "ünï", "🙂", "'", "{", "}",
    'other",tenant=~".*', ".*", "\\\\\"", "$1", "\x01", "\u2028",
)  # fmt: skip
names = st.sampled_from(["up", "http_requests_total", "job:errors:rate5m", "x_bucket"])
labels = st.sampled_from(["job", "env", "tenant", "region", "le"])
values = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=10)
)
durations = st.sampled_from(["30s", "5m", "1h", "1d", "90m"])


def quoted(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


matchers = st.one_of(
    st.builds(lambda label, sign, value: f"{label}{sign}{quoted(value)}", labels, st.sampled_from(["=", "!="]), values),
    st.builds("{}{}{}".format, labels, st.sampled_from(["=~", "!~"]), st.sampled_from(['".*"', '"a|b"', "'x.+'"])),
)
selections = st.builds(
    lambda name, some: f"{name}{{{','.join(some)}}}" if some else name, names, st.lists(matchers, max_size=3)
)
nameless = st.builds(lambda one: f'{{__name__=~"ht.*",{one}}}', matchers)
times = st.sampled_from(["", " offset 5m", " offset -1h", " @ 1700000000", " @ start()", " @ end() offset 1d"])
instants = st.builds("{}{}".format, st.one_of(selections, nameless), times)
matrices = st.builds("{}[{}]{}".format, selections, durations, times)
grouping = st.sampled_from(["", " by (job)", " without (env, le)", " by ()"])


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    subqueries = st.builds("({})[{}:{}]{}".format, inner, durations, st.sampled_from(["", "1m"]), times)
    return st.one_of(
        st.builds("({})".format, inner),
        st.builds("-{}".format, inner.map("({})".format)),
        st.builds(
            "{}{}({})".format, st.sampled_from(["sum", "avg", "max", "count", "group", "stddev"]), grouping, inner
        ),
        st.builds("{}{}(3, {})".format, st.sampled_from(["topk", "bottomk", "quantile"]), grouping, inner),
        st.builds('count_values{}("v", {})'.format, grouping, inner),
        st.builds("max_over_time({})".format, subqueries),
        st.builds("quantile_over_time(0.9, {})".format, subqueries),
        st.builds("histogram_quantile(0.9, {})".format, inner),
        st.builds('label_replace({}, "a", "$1", "b", "(.*)")'.format, inner),
        st.builds('label_join({}, "a", "-", "b", "c")'.format, inner),
        st.builds("absent({})".format, inner),
        st.builds("clamp_max({}, 5)".format, inner),
        st.builds("vector(scalar({}))".format, inner),
        st.builds("({}) {} ({})".format, inner, st.sampled_from(["+", "/", "and", "or", "unless", "> bool"]), inner),
        st.builds("({}) {} on (job) ({})".format, inner, st.sampled_from(["*", "and", "=="]), inner),
        st.builds("({}) * ignoring (env) group_left (le) ({})".format, inner, inner),
        st.builds("({}) ^ 2 > 5".format, inner),
    )


leaves = st.one_of(
    instants, st.builds("{}({})".format, st.sampled_from(["rate", "increase", "absent_over_time"]), matrices)
)
queries = st.recursive(leaves, _deeper, max_leaves=4)
