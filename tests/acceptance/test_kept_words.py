"""What was said to the model, read by an administrator in both chats: literal, and every look is in the trail."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.hands import ANNA, EMAIL
from tests.acceptance.rig import rig
from tests.acceptance.test_asking_a_model import EVIL, HONEST, LEFT, QUERY, both, words
from tests.model_double.meaning import figure, in_turn
from tests.model_double.server import KEY, serving

pytestmark = pytest.mark.slow

LIE = figure("http_requests_total", "rate", where=[("service", EVIL)])


async def test_an_administrator_reads_it_in_both_chats(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("model: {keep: all}\n", encoding="utf-8")
    async with serving(answer=in_turn(LIE, HONEST)) as double:
        given = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": double.url, "NIGHTDESK_PLAN": str(plan)}
        async with rig(tmp_path, rate_limits=False, NIGHTDESK_ADMINS=EMAIL[ANNA], **given) as world:
            asked = await world.ask_slack(f"@Nightdesk {LEFT}")
            assert json.dumps(QUERY)[1:-1] in words(await world.slack_answer(asked))

            for listed in await both(world, "model calls"):
                assert "The latest 2 calls of the language model." in words(listed)
            lie = re.findall(r'"(?:text": ")?([0-9a-f]{12})"', words(listed))[1]
            for shown in await both(world, f"model call {lie}"):
                said = words(shown)
                assert ("trap.example" in said, "Came back" in said, f"model-call-{lie}-" in said) == (True, True, True)
                for kind, text in texts(shown):
                    assert "trap.example" not in text or kind in ("text", "TextRun"), (kind, text)
                assert '"url": "http://trap' not in said
                assert '"type": "mention"' not in said

            trail = words(await world.slack_answer(await world.ask_slack("@Nightdesk audit")))
            assert trail.count("model.calls") == 2
            assert len(re.findall(r"model\.call\b", trail)) == 2


def texts(shown: Any) -> Iterator[tuple[str, str]]:
    """Each text that is drawn, and as what."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            if isinstance(value, str) and name == "text":
                yield str(shown.get("type", "")), value
            else:
                yield from texts(value)
    elif isinstance(shown, list):
        for one in shown:
            yield from texts(one)
