"""How well the checker tells words of a model that hold from words that do not, over real replies of the demo world."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.desk.grounding import Facts, ground
from bot.desk.told import facts_of
from tests.eval.grounding_claims import SUBJECTS, Source, source
from tests.eval.grounding_other import SECOND, THIRD
from tests.eval.grounding_replies import asked
from tests.eval.grounding_sentences import FAULTS, FIRST, Hand, Written, right, wrong

SEED = 20261130
Known: TypeAlias = tuple[Source, Facts]


@dataclass(slots=True)
class Result:
    right: int = 0
    blocked: list[tuple[str, str]] = field(default_factory=list)  # what holds and was left out, and why
    wrong: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str, str]] = field(default_factory=list)  # fault, sentence, question
    intents: set[str] = field(default_factory=set)

    @property
    def caught(self) -> float:
        return 1 - len(self.missed) / max(1, self.wrong.total())

    @property
    def needlessly(self) -> float:
        return len(self.blocked) / max(1, self.right)


def sources() -> Sequence[Known]:
    return [(source(one), facts_of(one.reply, SUBJECTS, one.at.date())) for one in asked()]


def measure(hand: Hand, each: int, seed: int = SEED, known: Sequence[Known] = ()) -> Result:
    """So many answers that hold, and as many with one fault."""
    dice, known, result = random.Random(seed), known or sources(), Result()
    while result.right < each:
        of, facts = dice.choice(known)
        if made := right(of, hand, dice):
            result.right += 1
            result.intents.add(of.asked.intent)
            if why := _left_out(made, facts):
                result.blocked.append((made.text, why))
    while result.wrong.total() < each:
        of, facts = dice.choice(known)
        fault = FAULTS[result.wrong.total() % len(FAULTS)]
        if made := wrong(of, hand, dice, fault):
            result.wrong[fault] += 1
            if not _left_out(made, facts):
                result.missed.append((fault, made.text, of.asked.question))
    return result


def _left_out(made: Written, facts: Facts) -> str:
    found = ground(made.text, facts)
    return found.dropped[0][1] if found.dropped else ""


HANDS: Mapping[str, Hand] = {"first": FIRST, "second": SECOND, "third": THIRD}


def report(each: int = 2000) -> None:
    known = sources()
    print(f"grounding: words of a model about {len(known)} real replies, {each} that hold and {each} with one fault")
    for name, hand in HANDS.items():
        result = measure(hand, each, known=known)
        print(f"  {name} templates  caught {result.caught:.2%}, blocked though right {result.needlessly:.2%}")
        missed = Counter(fault for fault, _, _ in result.missed)
        for fault, count in sorted(result.wrong.items()):
            print(f"    {fault:<8} {count - missed[fault]:5} of {count}")
