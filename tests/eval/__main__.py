"""`make eval`: accuracy by set, kind and tag, what went wrong, what a model adds; then the detector, the forecast of
spend and the checker of a model's words."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from tests.eval import detection, filling, forecasting, grounding, grounding_wide, separation, with_model
from tests.eval.questions import Question, sets
from tests.eval.scoring import Score, Scored, score, share


def main() -> None:
    known = sets()
    reader = argparse.ArgumentParser(prog="make eval")
    reader.add_argument(
        "--set", choices=[*sorted(known), "anomalies", "spend", "grounding"], help="score this set alone"
    )
    reader.add_argument("--failures", action="store_true", help="print what went wrong, and nothing else")
    reader.add_argument("--model", action="store_true", help="only what a language model adds, where one is set up")
    reader.add_argument("--spends", nargs="+", type=Path, help="score the forecast on these files of date,value lines")
    asked = reader.parse_args()
    if asked.spends:
        forecasting.report_of(asked.spends)
        return
    chosen = {name: questions for name, questions in known.items() if asked.set in (None, name)}
    if asked.model:
        with_model.report(chosen, {})
        return
    scores = {}
    for name, questions in chosen.items():
        result = scores[name] = score(questions)
        if not asked.failures:
            _figures(result)
        _failures(result)
    if asked.set in (None, *known) and not asked.failures:
        with_model.report(chosen, scores)
    if asked.set in (None, "anomalies") and not asked.failures:
        detection.report()
        filling.report()
    if asked.set in (None, "spend") and not asked.failures:
        forecasting.report()
    if asked.set in (None, "grounding") and not asked.failures:
        grounding.report()
        grounding_wide.report()
    if asked.set is None and not asked.failures:
        separation.show()


def _figures(result: Score) -> None:
    print(f"{result.name}: {result.accuracy:.1%} of {len(result.rows)} questions")
    _table("kind", result.by(lambda question: (question.kind,)))
    _table("catalogue", result.by(lambda question: (question.catalog,)))
    _table("tag", result.by(lambda question: question.tags))
    median, late, most = result.milliseconds
    print(f"  answered where it must ask or refuse  {result.answered_wrongly:7.1%}")
    print(f"  asked without need                    {result.asked_needlessly:7.1%}")
    print(f"  queries with unknown names            {result.unknown:7}")
    print(f"  time per question                     {median:7.1f} ms (p95 {late:.1f}, most {most:.1f})")


def _table(title: str, rows: Mapping[str, list[bool]]) -> None:
    for name, right in sorted(rows.items(), key=lambda row: (share(row[1]), row[0])):
        print(f"  {title:<10} {name:<26} {sum(right):4} of {len(right):4}  {share(right):6.1%}")


def _failures(result: Score) -> None:
    wrong = [row for row in result.rows if not row.verdict.right or row.unknown]
    for row in wrong:
        question = row.question
        print(f"\n{result.name} {question.id} [{question.catalog}] {question.q}")
        print(f"  {row.verdict.why}{_named(row)}")
        print(f"  came:  {row.told.line or 'nothing'}")
        print(f"  right: {_right(question)}")


def _named(row: Scored) -> str:
    return f"; unknown: {', '.join(row.unknown)}" if row.unknown else ""


def _right(question: Question) -> str:
    if not question.answerable:
        return f"{' or '.join(question.expect)}, mentioning {' and '.join(question.mention) or 'nothing in particular'}"
    return "\n         ".join(
        one.q + (f"   over {one.range.model_dump(exclude_none=True)}" if one.range else "") for one in question.accept
    )


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as problem:
        raise SystemExit(str(problem)) from None
