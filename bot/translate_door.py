"""`nightdesk translate`: one JSON request a line in, one JSON answer a line out, at once. For scorers and scripts.

Where OPENAI_… is set, a model is asked for what the rules leave open, and that takes its time.
"""

import json
import logging
import os
import re
import sys
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.model.errors import Problem
from bot.query import translate
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.plan import Language, Span
from bot.query.words.choosing import Prepared
from bot.query.words.outcome import Clarify, Outcome, Planned, Refuse

log = logging.getLogger(__name__)
KEPT = 16  # catalogues made ready


class _Metric(BaseModel):
    model_config = ConfigDict(extra="ignore")
    name: str
    type: str = "unknown"
    help: str = ""
    unit: str = ""
    labels: dict[str, list[str]] = Field(default_factory=dict)
    native: bool = False


class _App(BaseModel):
    format: str = "plain text"
    fields: dict[str, str] = Field(default_factory=dict)
    sample: str = ""


class _Logs(BaseModel):
    stream_labels: dict[str, list[str]] = Field(default_factory=dict)
    apps: dict[str, _App] = Field(default_factory=dict)


class _Catalog(BaseModel):
    name: str = ""
    about: str = ""
    metrics: list[_Metric] = Field(default_factory=list)
    logs: _Logs | None = None


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: Any = None
    question: str
    now: datetime | None = None
    tz: str | None = None
    tenant: str | None = None
    lang: Language | None = None
    context: Any = None
    catalog: dict[str, Any]


class Door:
    def __init__(self, model: translate.Seat | None = None) -> None:
        self._model = model
        self._kept: OrderedDict[str, Prepared] = OrderedDict()  # by the catalogue's own text

    def answer(self, line: str) -> dict[str, Any]:
        """The answer to one line; whatever is wrong with it is said in the answer."""
        named = None
        try:
            text, raw = self._apart(line)
            given = json.loads(text)
            named = given.get("id") if isinstance(given, dict) else None
            request = _Request.model_validate(given)
            ground = self._ground(raw or json.dumps(request.catalog))
            outcome = translate.translate(_question(request), ground, model=self._model)
        except ValidationError as problem:
            first = problem.errors()[0]
            return _error(named, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        except (ValueError, ZoneInfoNotFoundError, RecursionError) as problem:
            return _error(named, str(problem))
        except Exception as problem:
            log.exception("translation failed", extra={"question": named})
            return _error(named, type(problem).__name__)
        return {"id": named, **said(outcome)}

    def _apart(self, line: str) -> tuple[str, str]:
        """The request without its catalogue, and the catalogue as it was written: large, and mostly one met before."""
        match = _CATALOG.search(line)
        if match is None:
            return line, ""
        start = match.end()
        raw = next((raw for raw in reversed(self._kept) if line.startswith(raw, start)), "")
        end = start + len(raw) if raw else json.JSONDecoder().raw_decode(line, start)[1]
        return f"{line[:start]}{{}}{line[end:]}", raw or line[start:end]

    def _ground(self, raw: str) -> Prepared:
        if raw not in self._kept:
            self._kept[raw] = translate.prepare(catalog_of(raw))
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(raw)
        return self._kept[raw]


_CATALOG = re.compile(r'"catalog"\s*:\s*(?=\{)')


def _question(request: _Request) -> translate.Question:
    now = request.now or datetime.now(UTC)
    zone = request.tz or "UTC"
    ZoneInfo(zone)
    context = request.context if isinstance(request.context, dict) else {"previous": request.context}
    language = request.lang or context.get("lang")
    facts = context.get("facts")
    return translate.Question(
        request.question,
        now if now.tzinfo else now.replace(tzinfo=UTC),
        zone,
        language if language in ("promql", "logql") else None,
        _previous(context),
        {str(label): str(value) for label, value in facts.items()} if isinstance(facts, dict) else None,
    )


def _previous(context: Mapping[str, Any]) -> tuple[str, ...]:
    """Earlier questions of the thread, the latest last, however the caller keeps them."""
    for name in ("previous", "history", "turns", "question", "last_question", "q", "thread"):
        held = context.get(name)
        for_all = held if isinstance(held, list) else [held]
        found = tuple(text for one in for_all if (text := _asked_text(one)))
        if found:
            return found
    return ()


def _asked_text(held: Any) -> str:
    if isinstance(held, str):
        return held
    if isinstance(held, dict) and held.get("role", "user") == "user":
        return next(
            (held[name] for name in ("question", "q", "text", "content") if isinstance(held.get(name), str)), ""
        )
    return ""


def catalog_of(raw: str) -> Catalog:
    given = _Catalog.model_validate_json(raw)
    logs = given.logs or _Logs()
    return Catalog(
        tuple(_metric(metric) for metric in given.metrics),
        {label: tuple(values) for label, values in logs.stream_labels.items()},
        tuple(
            KnownLogs(service, app.format if app.format in ("json", "logfmt") else "plain text", app.fields, app.sample)  # type: ignore[arg-type]
            for service, app in logs.apps.items()
        ),
        f"{given.name} {given.about}".strip(),
    )


def _metric(given: _Metric) -> KnownMetric:
    kind = given.type if given.type in ("counter", "gauge", "histogram", "summary") else "unknown"
    labels = {label: tuple(values) for label, values in given.labels.items()}
    return KnownMetric(given.name, kind, given.help, given.unit, labels, given.native)  # type: ignore[arg-type]


def said(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Planned):
        plan = outcome.plan
        found: dict[str, Any] = {"status": "ok", "query": translate.written(outcome), "lang": plan.language}
        if plan.span is not None:
            found["range"] = _range(plan.span)
        if plan.at is not None:
            found["time"] = _instant(plan.at)
        if plan.limit is not None:
            found["limit"] = plan.limit
        return {**found, "reading": plan.reading, "confidence": outcome.confidence, "by": outcome.by}
    if isinstance(outcome, Clarify):
        return {"status": "clarify", "message": outcome.message, "options": list(outcome.options)}
    return {"status": "refuse" if isinstance(outcome, Refuse) else "unsupported", "message": outcome.message}


def _range(span: Span) -> dict[str, str]:
    from bot.query.promql.build import duration

    if span.last is not None:
        return {"last": duration(span.last)}
    assert span.start is not None
    return {"start": _instant(span.start), "end": _instant(span.end) if span.end else "now"}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _error(named: Any, text: str) -> dict[str, Any]:
    return {"id": named, "status": "error", "message": f"This line cannot be read: {text}"}


def serve(lines: Iterable[str], out: TextIO, door: Door | None = None) -> None:
    door = door or Door()
    for line in lines:
        if line.strip():
            out.write(json.dumps(door.answer(line), ensure_ascii=False) + "\n")
            out.flush()


def run(*, rules: bool = False) -> int:
    """With a model where one is set up, unless `rules` alone are wanted."""
    if rules or not any(os.environ.get(name) for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL")):
        serve(sys.stdin, sys.stdout)
        return 0
    from bot import planned_door  # it brings the model's package along, and rules need none

    try:
        with planned_door.seat(os.environ) as model:
            serve(sys.stdin, sys.stdout, Door(model))
    except Problem as problem:
        print(f"{problem.says} {problem.advice}".strip(), file=sys.stderr)
        return 2
    return 0
