"""What the words of a question have told about lines so far."""

from dataclasses import dataclass, field

from bot.query.plan import Stage
from bot.query.words.log_fields import Field
from bot.query.words.roles import Word


@dataclass
class Told:
    stream: dict[str, list[str]] = field(default_factory=dict)
    barred: dict[str, list[str]] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)
    part: list[Stage] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    loose: list[Word] = field(default_factory=list)
    passed: list[Word] = field(default_factory=list)  # common words that nothing explains
    sampled: list[Stage] = field(default_factory=list)  # words of the sample, which tell less than a field does
    unwrap: Field | None = None
    amount: bool = False  # what the field holds is added up: bytes, and not how many lines
    distinct: str = ""  # the label whose values are counted
    gained: float = 0.0
    wanted: float = 0.0
    direct: float = 0.0
    named: bool = False
    bounded: bool = False
    exact: int = 0
    valued: int = -1  # the place of the last word that told a value
    searched: int = 0  # texts that are looked for because nothing explains them
