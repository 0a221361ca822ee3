"""How far a typed word stands from one that may be meant: slips that fingers make often weigh less."""

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    (a, b)
    for row, below in zip(_ROWS, (*_ROWS[1:], ""), strict=True)
    for at, a in enumerate(row)
    for b in (row[at + 1 : at + 2], *below[max(0, at - 1) : at + 1])
    if b
}
_VOWELS = frozenset("aeiouy")
SWAPPED, TWICE, NEAR, ANY = 0.8, 0.7, 0.9, 1.0


def apart(typed: str, meant: str, most: float) -> float:
    """The weight of the slips between two words, or more than `most`."""
    if abs(len(typed) - len(meant)) > most / TWICE:
        return most + 1
    before: list[float] = []
    last = [float(number) for number in range(len(meant) + 1)]
    for i, a in enumerate(typed, 1):
        row = [float(i)]
        for j, b in enumerate(meant, 1):
            twice = TWICE if i > 1 and typed[i - 2] == a else ANY
            missed = TWICE if j > 1 and meant[j - 2] == b else ANY
            cost = min(last[j] + twice, row[j - 1] + missed, last[j - 1] + _exchanged(a, b))
            if i > 1 and j > 1 and a == meant[j - 2] and typed[i - 2] == b != a:
                cost = min(cost, before[j - 2] + SWAPPED)
            row.append(cost)
        if min(*row, *last) > most:
            return most + 1
        before, last = last, row
    return last[-1]


def _exchanged(a: str, b: str) -> float:
    if a == b:
        return 0.0
    close = (a, b) in _BESIDE or (b, a) in _BESIDE or (a in _VOWELS and b in _VOWELS)
    return NEAR if close else ANY
