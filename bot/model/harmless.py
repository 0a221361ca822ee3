"""Text that people, alerts and logs wrote, without the signs that no reader is meant to see."""

import re

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Control characters, the signs that reorder what stands around them, and halves of characters that nothing can carry.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """Each of them is shown as �: seen, and without effect."""
    return _HARMFUL.sub(_REPLACEMENT, text.replace("\r\n", "\n"))
