"""How large a query may be, measured before a parser sees it: parsers recurse, and some take the process with them."""

import re
from dataclasses import dataclass

from bot.model.errors import Rejected

_SKIPPED = re.compile(r"#[^\n]*|`[^`]*(?:`|$)|\"(?:[^\"\\\n]|\\.)*(?:\"|$|(?=\n))|'(?:[^'\\\n]|\\.)*(?:'|$|(?=\n))")
_COUNTED = re.compile(r"(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<word>[\w.:]+)|(?P<operator>[=!<>]=|=~|!~|[-+*/%^<>=!])")
_WORDS = frozenset({"and", "or", "unless", "atan2"})


@dataclass(frozen=True, slots=True)
class Bounds:
    bytes: int = 4096
    operators: int = 20
    depth: int = 20

    def check(self, query: str) -> None:
        """What stands in quotes and comments counts only towards the length."""
        if len(query.encode(errors="replace")) > self.bytes:
            raise Rejected(f"The query is longer than {self.bytes:,} bytes.", code="bad_data")
        operators, depth = measured(query)
        if operators > self.operators:
            raise Rejected(f"The query has more than {self.operators} operators.", code="bad_data")
        if depth > self.depth:
            raise Rejected(f"The query is nested deeper than {self.depth} brackets.", code="bad_data")


def measured(query: str) -> tuple[int, int]:
    """How many operators outside of matchers, and how many brackets deep."""
    operators = depth = deepest = braces = 0
    for found in _COUNTED.finditer(_SKIPPED.sub(" ", query)):
        match found.lastgroup:
            case "open":
                depth += 1
                braces += found[0] == "{"
                deepest = max(deepest, depth)
            case "close":
                depth -= 1
                braces -= found[0] == "}" and braces > 0
            case "operator":
                operators += not braces
            case _:
                operators += found[0].lower() in _WORDS
    return operators, deepest
