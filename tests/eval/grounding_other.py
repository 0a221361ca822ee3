"""Templates held aside while the checker was mended: what it does with these at first sight stands in docs/model.md."""

from tests.eval.grounding_sentences import Hand

SECOND = Hand(
    plain=(
        "According to the query, {s} currently has a {m} of {v}.", "We measured {v} for {s}.",
        "Measured over the window, {s}'s {m} comes out at {v}.",
        "As for {s}: its {m} is {v}, as far as the data shows.",
        "The number to look at is {v}, the {m} of {s}.", "{s} reported {v}.", "There is a {m} of {v} on {s}.",
        "No more than one figure matters here: {v} for {s}.", "{v} is what {s} shows in {m}.",
        "Its {m} being {v}, {s} deserves a look.", "The team of {s} may want to know that its {m} is {v}.",
    ),
    usual=(
        "On a normal day {s} would have {v}.", "{v} is usual for {s}.", "What is typical of {s} is {v} of {m}.",
    ),
    paired=(
        "{t} comes to {b}, whereas {s} comes to {a}.", "Side by side: {s} {a}, {t} {b}.",
        "If {t} is at {b}, then {s} with {a} differs clearly.", "{s} ({a}) and {t} ({b}) are not alike.",
        "We see {a} in {s}, and {b} in {t}.", "{s} has {a}, in contrast to {b} in {t}.",
    ),
    ranged=(
        "All readings of {s} lie between {a} and {b}.", "The lowest reading of {s} is {a} and the highest {b}.",
        "{s} varied from {a} up to {b}.", "{s} moved in a band of {a} to {b}.",
    ),
    under=("{s} did not exceed {v}.", "At no time was {s} over {v}.", "The {m} of {s} remained under {v}.",
           "{s} kept its {m} within {v}."),
    over=("{s} exceeded {v}.", "{s} has been higher than {v}.", "The {m} of {s} rose beyond {v}."),
    moment=("Our data ends on {d} at {c}.", "Last looked at {c}, {d}.", "{d}, {c}: that is when it was read."),
    at=("Nothing after {c} is part of this.", "It was {c} when the source was asked.", "At {c} the source answered."),
    spans=("All of this is about the past {w}.", "In the last {w} nothing else was read.",
           "For the last {w}, that is all."),
    sums=(
        "The gap between {s} ({a}) and {t} ({b}) is {x}.", "{s} has {a}, {t} {b}; the difference is {x}.",
        "{t} at {b} is {x} lower than {s} at {a}.",
    ),
)  # fmt: skip

# Written when the checker had been mended against both.
THIRD = Hand(
    plain=(
        "Our latest look at {s} gives {v}.", "{s}, {m}: {v} at this point.", "You asked about {s}; the answer is {v}.",
        "What stands out is {s} with {v}.", "I would say {v}, going by the {m} of {s}.",
        "{m} on {s} sits at {v} today.",
        "{v} was seen on {s}.", "From the graph one can read {v} for {s}.", "The query returns {v} as {m} of {s}.",
    ),
    usual=("Most days {s} is near {v}.", "{s} tends to be at {v}.", "A typical {m} for {s} would be {v}."),
    paired=(
        "{s} at {a} stands against {t} at {b}.", "{a} in {s} versus {b} in {t}.",
        "First {s}, with {a}, then {t}, with {b}.",
        "Where {s} needs {a}, {t} needs {b}.",
    ),
    ranged=("Between {a} and {b}, that is where {s} was.", "{s} swung from {a} to {b}.", "{s}: {a} to {b}."),
    under=("Nothing on {s} was above {v}.", "{s} is well under {v}.", "The {m} of {s} never reached {v}."),
    over=("{s} broke through {v}.", "{s} was above {v} for a moment.", "The {m} of {s} is larger than {v}."),
    moment=("We looked on {d}, at {c}.", "{c} on {d} was the last reading.", "Taken {d} {c}."),
    at=("Last seen {c}.", "The clock said {c} then.", "We stopped at {c}."),
    spans=("Only the past {w} count here.", "The last {w} were looked at.", "I took the last {w}."),
    sums=("{s} ({a}) minus {t} ({b}) makes a difference of {x}.", "Their difference is {x}: {a} in {s}, {b} in {t}."),
)  # fmt: skip
