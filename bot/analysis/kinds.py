"""What a series is of, as far as it matters for what is wrong with it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    side: int  # 1: only more is bad, -1: only less is, 0: both
    least: float  # a change by less is worth no word, in the unit of the series
    share: float  # nor one by a smaller share of the usual
    counts: bool = False  # its values only grow, and what is judged is how fast

    def matters(self, value: float, usual: float | None) -> bool:
        if usual is None:
            return True
        return abs(value - usual) >= max(self.least, self.share * abs(usual))


KINDS = {
    "gauge": Kind(0, 0.0, 0.03),
    "counter": Kind(0, 0.0, 0.1, counts=True),
    "traffic": Kind(0, 0.0, 0.1),
    "latency": Kind(1, 0.005, 0.2),  # in seconds
    "error ratio": Kind(1, 0.005, 0.2),
    "hit ratio": Kind(-1, 0.01, 0.02),
    "saturation": Kind(1, 0.02, 0.05),
}
