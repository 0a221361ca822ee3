"""Sets of questions, their catalogues, and what the translator answers, in the format of the dev set."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, field_validator

from tests.eval import durations

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("NIGHTDESK_SHARED", ROOT.parent / "shared")) / "data"
OWN = Path(__file__).parent / "sets"

Moments: TypeAlias = tuple[datetime, datetime]
Catalog: TypeAlias = dict[str, Any]  # as it stands in the file, for it is handed on as it is


class Range(BaseModel):
    last: str | None = None
    start: str | None = None
    end: str | None = None

    def between(self, now: datetime) -> Moments:
        end = now if self.end in (None, "now") else _moment(self.end or "")
        if self.last is not None:
            return end - durations.read(self.last), end
        if self.start is None:
            raise ValueError("A range needs a start, or how long it lasts.")
        return _moment(self.start), end


class Query(BaseModel):
    """A query that is right, or the one that was given."""

    q: str
    range: Range | None = None
    time: str | None = None

    def at(self, now: datetime) -> datetime:
        return now if self.time in (None, "now") else _moment(self.time or "")


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    q: str
    lang: Literal["promql", "logql"]
    catalog: str
    now: datetime
    tz: str = "UTC"
    tenant: str = "acme"
    context: Any = None
    expect: tuple[str, ...]
    accept: tuple[Query, ...] = ()
    window: Literal["", "free"] = ""
    scales: tuple[float, ...] = ()
    labels: Literal["", "superset", "values", "auto"] = ""
    limit: int | None = None
    mention: tuple[str, ...] = ()
    forbid: str = ""
    tags: tuple[str, ...] = ()

    @field_validator("expect", mode="before")
    @classmethod
    def _several(cls, given: object) -> object:
        return (given,) if isinstance(given, str) else given

    @field_validator("accept", mode="before")
    @classmethod
    def _as_queries(cls, given: Sequence[object]) -> object:
        return [{"q": one} if isinstance(one, str) else one for one in given]

    @property
    def answerable(self) -> bool:
        return self.expect == ("ok",)

    @property
    def kind(self) -> str:
        return self.lang if self.answerable else "ask or refuse"


class Answer(BaseModel):
    status: Literal["ok", "clarify", "refuse", "unsupported"]
    query: str = ""
    lang: Literal["", "promql", "logql"] = ""  # where it says so; the question's own otherwise
    range: Range | None = None
    time: str | None = None
    limit: int | None = None
    message: str = ""
    options: Any = None

    @property
    def given(self) -> Query:
        return Query(q=self.query, range=self.range, time=self.time)


@dataclass(frozen=True)
class QuestionSet:
    name: str
    questions: Sequence[Question]
    catalogs: Mapping[str, Catalog]


def sets() -> dict[str, QuestionSet]:
    """The dev set where its data is at hand, and our own."""
    places = {
        "dev": (DATA / "nlq-dev.jsonl", DATA / "nlq-dev-catalogs.json"),
        "open": (OWN / "open/questions.jsonl", OWN / "open/catalogs.json"),
        "held": (OWN / "held/questions.jsonl", OWN / "held/catalogs.json"),
    }
    return {name: _read(name, *files) for name, files in places.items() if all(file.is_file() for file in files)}


def _read(name: str, questions: Path, catalogs: Path) -> QuestionSet:
    lines = questions.read_text(encoding="utf-8").splitlines()
    return QuestionSet(
        name,
        [Question.model_validate_json(line) for line in lines if line.strip()],
        json.loads(catalogs.read_text(encoding="utf-8")),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
