"""The fifth author, who writes as in a chat: short, the figure first, fragments, dashes, asides. The checker was never
mended against it: what it shows is the nearest guess of what the words of yet another model would."""

from tests.eval.grounding_fourth import Habit

FIFTH = Habit(
    lead=("", "", "", "Hm, ", "So, ", "For the record, ", "Looks like ", "In short: ", "From what I see, "),
    tail=("", "", "", ", more or less as expected", ", if that helps", ", in case anyone wonders",
          ", at least per the data"),
    row=("{r} - {l} {v}", "{v} of {l} over at {r}", "{l} on {r}: {v}", "we have {r} with a {l} of {v}",
         "{r} is showing {v} for {l}", "the {r} entry gives {v} ({l})"),
    fact=("{l} {v}", "{l}: {v}", "that makes {v} for {l}", "{v} as far as {l} is concerned"),
    columns=("make that {a}, not {b}, for {l} on {r}", "{l} on {r} reads {a} instead of {b}"),
    rose=("{s} is up from {a} to {b}", "{s} moved up to {b}, having started at {a}", "{s} crept up from {a} to {b}",
          "{s} jumped to {b} (from {a})"),
    fell=("{s} is down from {a} to {b}", "{s} moved down to {b}, having started at {a}", "{s} slid from {a} to {b}",
          "{s} dropped to {b} (from {a})"),
    most=("{s} maxed out at {v}", "tops for {s}: {v}", "{s} topped out at {v}", "{v} was the most that {s} reached"),
    least=("{s} was at {v} when lowest", "{v} was the least that {s} showed", "low point for {s}: {v}"),
    both=("{s} swings between {a} and {b}", "{a} at the low end and {b} at the high end for {s}"),
    part=("{r}: {v}", "that is {v} for {r}", "{v} on {r}"),
    multiple=("{a} on {s} is {x} the {b} on {t}", "{s} ({a}) is at {x} the {b} of {t}"),
    under=("{s} kept under {v} the whole time", "{s} did not go over {v}", "{s} always stayed below {v}"),
    over=("{s} went over {v} for a bit", "{s} got higher than {v} once", "{s} was over {v} for a while"),
    counted=("we count {v} {n}", "{v} {n} so far", "it is {v} {n} in all"),
    stale=("data is from {d}", "read on {d}", "that was {d}"),
    clock=("read at {c}", "that was at {c}", "data as of {c}"),
    window=("that is for the past {w}", "covers the last {w}", "taken over the last {w}"),
)  # fmt: skip
