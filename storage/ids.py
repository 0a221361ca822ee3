"""Ids that sort by age (UUIDv7 as text), so that "oldest first" is the order of the primary key."""

import secrets
from datetime import datetime

_RANDOM_BITS = 74  # what a UUIDv7 has besides 48 bits of milliseconds, the version and the variant
_STEP_BITS = 40  # the next id of the same millisecond is this far away at most, so it cannot be guessed

_last = 0


def new_id(at: datetime) -> str:
    """Later than every id that this process has given out, also when the clock was set back."""
    global _last
    millisecond = int(at.timestamp() * 1000)
    if millisecond > _last >> _RANDOM_BITS:
        _last = millisecond << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    else:
        _last += 1 + secrets.randbits(_STEP_BITS)
    return _written(_last)


def _written(number: int) -> str:
    head, tail = number >> 62, number & (1 << 62) - 1
    digits = f"{head >> 12:012x}7{head & 0xFFF:03x}{1 << 63 | tail:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
