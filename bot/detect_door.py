"""`nightdesk detect`: `unix_time,value` lines of one series in, one score a line out, at once. For scorers."""

import sys
from collections.abc import Iterable
from typing import TextIO

from bot.analysis.detector import Detector
from bot.analysis.kinds import KINDS


def serve(lines: Iterable[str], out: TextIO, problems: TextIO, detector: Detector) -> None:
    """Each line has a score, also one that cannot be read: 0, and a sentence says why. Empty lines are passed over."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = 0.0
        try:
            at, value = read(line)
        except ValueError:
            problems.write(f"Line {number} is not “unix_time,value”: {line.strip()[:60]!r}. It counts as missing.\n")
        else:
            verdict = detector.take(at, value)
            found = verdict.score
            if not verdict.used:
                problems.write(f"Line {number} is no number, or not later than the line before. It is not used.\n")
        out.write(f"{found:.4f}\n")
        out.flush()


def read(line: str) -> tuple[float, float]:
    at, value = line.split(",")
    return float(at), float(value)


def run(kind: str, weeks: float) -> int:
    serve(sys.stdin, sys.stdout, sys.stderr, Detector(KINDS[kind], weeks))
    return 0
