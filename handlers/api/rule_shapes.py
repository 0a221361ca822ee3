"""What programs are told of rules that people taught."""

from collections.abc import Sequence
from datetime import datetime

from handlers.api.shape import Shape


class Change(Shape):
    question: str
    before: str
    after: str


class Golden(Shape):
    tried: int
    changed: int
    changes: Sequence[Change]


class Rule(Shape):
    id: str
    kind: str
    said: str
    means: str
    state: str
    by_name: str
    why: str
    question: str
    created_at: datetime
    expires_at: datetime
    settled_by: str
    settled_at: datetime | None
    golden: Golden | None


class Rules(Shape):
    rules: Sequence[Rule]
