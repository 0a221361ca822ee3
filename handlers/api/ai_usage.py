"""What AI costs, as programs tell of it: records of our own shape, and those of LiteLLM."""

from typing import Any

from aiohttp import web

from bot.model.charge_draft import read_charges
from bot.model.errors import Malformed
from bot.model.payload import read_json
from handlers.api import litellm
from handlers.api.asked import Payload
from handlers.api.route import AnyRoute, Call, Given, Route
from handlers.api.shape import Shape

TAG = "AI usage"
USAGE = "usage"  # the source of the keys that let it in
HTTP = "http"
MOST_AT_ONCE = 1000
LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines"})


class UsageTaken(Shape):
    accepted: int
    new: int


class LogsTaken(UsageTaken):
    rejected: int
    reason: str


async def ingest(call: Call, _: Payload) -> Given:
    charges = read_charges(await _records(call.request, "records"), HTTP, MOST_AT_ONCE)
    new = await call.desks.charges.take(call.tenant, charges)
    return UsageTaken(accepted=len(charges), new=new)


async def from_litellm(call: Call, _: Payload) -> Given:
    """One that cannot be read keeps no other out: its sender would not send them again."""
    found = litellm.read(await _records(call.request, "logs"), MOST_AT_ONCE)
    new = await call.desks.charges.take(call.tenant, found.charges)
    return LogsTaken(accepted=len(found.charges), new=new, rejected=found.rejected, reason=found.reason)


async def _records(request: web.Request, name: str) -> Any:
    """A list, an object with a list under this name, or an object on every line."""
    try:
        body = await request.read()
    except web.RequestPayloadError:
        raise Malformed("", "The body is not packed as its Content-Encoding says.") from None
    if request.content_type in LINES:
        lines = [line for line in body.split(b"\n") if line.strip()]
        return [read_json(line, f"{name}[{number}]") for number, line in enumerate(lines)]
    found = read_json(body)
    return found.get(name) if isinstance(found, dict) else found


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="POST", path="/api/ai/usage", tag=TAG,
        says="Take in what calls of AI used and cost, as JSON or a record a line, with a key of the source usage.",
        asks=Payload, gives=UsageTaken, act=ingest, status=202, source=USAGE,
    ),
    Route(
        method="POST", path="/api/ai/usage/litellm", tag=TAG,
        says="What LiteLLM's generic callback sends, and its spend logs, with a key of the source usage.",
        asks=Payload, gives=LogsTaken, act=from_litellm, source=USAGE,
    ),
)  # fmt: skip
