"""The fourth and the fifth author's sentences, over the replies of all intents, held against the checker."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bot.desk.grounding import Facts, ground
from bot.desk.told import facts_of
from tests.eval.grounding import Result
from tests.eval.grounding_claims import SUBJECTS
from tests.eval.grounding_fifth import FIFTH
from tests.eval.grounding_fourth import FAULTS, FOURTH, Habit, write
from tests.eval.grounding_replies import asked
from tests.eval.grounding_told import Told, told

Known: TypeAlias = tuple[Told, Facts]
SEED = 5


HABITS: Mapping[str, tuple[Habit, int]] = {"fourth": (FOURTH, 2000), "fifth": (FIFTH, 200)}


def sources() -> Sequence[Known]:
    return [(told(one), facts_of(one.reply, SUBJECTS, one.at.date())) for one in asked()]


def measure(habit: Habit, each: int, seed: int = SEED, known: Sequence[Known] = ()) -> Result:
    """So many answers that hold, and as many with one fault; an intent has its turn, whichever has more replies."""
    dice, result = random.Random(seed), Result()
    turns = _by_intent(known or sources())
    while result.right < each:
        of, facts = dice.choice(turns[dice.choice(list(turns))])
        if text := write(of, habit, dice):
            result.right += 1
            result.intents.add(of.asked.intent)
            if why := _left_out(text, facts):
                result.blocked.append((text, why))
    while result.wrong.total() < each:
        fault = FAULTS[result.wrong.total() % len(FAULTS)]
        of, facts = dice.choice(turns[dice.choice(list(turns))])
        if text := write(of, habit, dice, fault):
            result.wrong[fault] += 1
            if not _left_out(text, facts):
                result.missed.append((fault, text, of.asked.question))
    return result


def _by_intent(known: Sequence[Known]) -> dict[str, list[Known]]:
    turns: dict[str, list[Known]] = {}
    for of, facts in known:
        if of.values or of.lines or of.times or of.counted:
            turns.setdefault(of.asked.intent, []).append((of, facts))
    return turns


def _left_out(text: str, facts: Facts) -> str:
    found = ground(text, facts)
    return found.dropped[0][1] if found.dropped else ""


def report() -> None:
    known = sources()
    intents = len({of.asked.intent for of, _ in known})
    print(f"grounding over all intents: {len(known)} real replies of {intents} intents")
    for name, (habit, each) in HABITS.items():
        result = measure(habit, each, known=known)
        print(
            f"  {name} author, {each} each, about {len(result.intents)} intents"
            f"  caught {result.caught:.2%}, blocked though right {result.needlessly:.2%}"
        )
        missed = Counter(fault for fault, _, _ in result.missed)
        for fault, count in sorted(result.wrong.items()):
            print(f"    {fault:<9} {count - missed[fault]:5} of {count}")
