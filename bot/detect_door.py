"""`nightdesk detect`: `unix_time,value` lines of one series in, one score a line out, at once. For scorers."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TextIO

from bot.analysis.detector import Detector
from bot.analysis.kinds import KINDS

CHUNK = 65536
LONGEST = 4096  # bytes of a line


class Source(Protocol):
    def read(self, size: int, /) -> bytes | None:
        """What is there, without waiting for more; empty at the end."""
        ...


def serve(arrivals: Iterable[Sequence[str]], out: TextIO, problems: TextIO, detector: Detector) -> None:
    """Each line has a score, also one that cannot be read: 0, and a sentence says why. Empty lines are passed over."""
    number = 0
    for lines in arrivals:
        scores = []
        for line in lines:
            number += 1
            if line and not line.isspace():
                scores.append(_score(line, number, problems, detector))
        out.write("".join(scores))
        out.flush()


def _score(line: str, number: int, problems: TextIO, detector: Detector) -> str:
    try:
        at, value = line.split(",")
        verdict = detector.take(float(at), float(value))
    except ValueError:
        problems.write(f"Line {number} is not “unix_time,value”: {line.strip()[:60]!r}. It counts as missing.\n")
        return "0.0000\n"
    if not verdict.used:
        problems.write(f"Line {number} is no number, or not later than the line before. It is not used.\n")
    return f"{verdict.score:.4f}\n"


def arriving(source: Source) -> Iterator[list[str]]:
    """The lines that are there, as soon as they are."""
    rest = b""
    while chunk := source.read(CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        rest = rest[:LONGEST]
        if whole:
            yield [line.decode(errors="replace") for line in whole]
    if rest:
        yield [rest.decode(errors="replace")]


def run(kind: str, weeks: float) -> int:
    try:
        with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as source:
            serve(arriving(source), sys.stdout, sys.stderr, Detector(KINDS[kind], weeks))
    except KeyboardInterrupt:
        return 130
    return 0
