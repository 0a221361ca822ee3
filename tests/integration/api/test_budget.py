"""What the language model may spend, told to programs."""

from tests.integration.api.scene import Scene


async def test_without_a_model_there_is_nothing_to_limit(on: Scene):
    told = await on.get("/api/budget")
    assert told == {
        "model": "", "cheaper": "", "tier": "usual", "unpriced": [], "in_file": False, "counters": [],
    }  # fmt: skip
