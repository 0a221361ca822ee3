"""The doors that alerts come in through, as their sources use them: with a key of their own, and any body at all."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from bot.clock import SystemClock
from bot.desk.office import Office, terminal
from bot.model.tenant import DEFAULT_TENANT
from tests.acceptance.incidents import Incidents

_COUNTED = re.compile(r'aiops_webhooks_total\{result="(?P<result>\w+)",source="(?P<source>\w+)"\} (?P<count>[\d.e+]+)')


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str

    @property
    def told(self) -> Any:
        return json.loads(self.text)


async def send(world: Incidents, path: str, body: object, **more: Any) -> Answer:
    """`body` as JSON, or bytes as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with world.session.post(f"{world.rig.bot_url}{path}", data=BytesIO(data), **more) as answer:
        return Answer(answer.status, await answer.text())


async def new_key(world: Incidents, source: str, name: str = "main") -> tuple[str, str]:
    """Its id and its secret, made beside the running process, as `nightdesk keys new` does."""
    async with world.storage() as storage:
        key, secret = await Office(storage, SystemClock()).new_key(terminal(DEFAULT_TENANT, "test"), source, name)
    return key.id, secret


async def revoke(world: Incidents, key: str) -> None:
    async with world.storage() as storage:
        assert await Office(storage, SystemClock()).revoke_key(terminal(DEFAULT_TENANT, "test"), key)


async def counted(world: Incidents) -> Counter[tuple[str, str]]:
    """Deliveries by source and result, as /metrics tells them."""
    async with world.session.get(f"{world.rig.bot_url}/metrics") as answer:
        text = await answer.text()
    return Counter(
        {(found["source"], found["result"]): int(float(found["count"])) for found in _COUNTED.finditer(text)}
    )


def without(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}
