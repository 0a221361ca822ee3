"""What a model adds: the same sets again, with the questions that rules leave put to it. Without one, no figure."""

import json
import os
from collections.abc import Mapping

from tests.eval.questions import QuestionSet
from tests.eval.recall import shown
from tests.eval.scoring import Score, Scored, score, share
from tests.eval.translator import WITH_MODEL

NONE = "with a model: not measured, for none is set up (OPENAI_API_KEY or OPENAI_BASE_URL)"


def configured() -> bool:
    return any(os.environ.get(name) for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"))


def report(known: Mapping[str, QuestionSet], by_rules: Mapping[str, Score]) -> None:
    for name, questions in known.items():
        stands = [there for _, there in shown(questions)]
        print(f"{name}: what is asked for is among the candidates of {share(stands):.1%} of {len(stands)} questions")
    if not configured():
        print(NONE)
        return
    for name, questions in known.items():
        both, alone = score(questions, WITH_MODEL), by_rules.get(name) or score(questions)
        for line in told(both, alone):
            print(line)


def told(both: Score, alone: Score) -> list[str]:
    """Its own answers are judged apart: they are what it is trusted with."""
    own = [row for row in both.rows if _by_model(row)]
    right = [row.verdict.right for row in own]
    median, late, most = both.milliseconds
    wrongly = f"{both.answered_wrongly:7.1%} (by rules alone {alone.answered_wrongly:.1%})"
    return [
        f"{both.name} with a model: {both.accuracy:.1%} of {len(both.rows)}; by rules alone {alone.accuracy:.1%}",
        f"  answered by the model                 {len(own):7} of which right {sum(right)} ({share(right):.1%})",
        f"  answered where it must ask or refuse  {wrongly}",
        f"  time per question                     {median:7.1f} ms (p95 {late:.1f}, most {most:.1f})",
    ]


def _by_model(row: Scored) -> bool:
    try:
        return bool(json.loads(row.told.line).get("by") == "model")
    except ValueError:
        return False
