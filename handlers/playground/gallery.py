"""Every example in every look, as the gallery page asks for it."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from bot.model import plain, reply
from bot.model.reply import File, Reply
from handlers.platform import Linker, Renderer
from handlers.playground import pages
from handlers.playground.examples import EXAMPLES


def example_link(file: File) -> str:
    """Pictures stand in the page itself, for there is nowhere to fetch them from."""
    if file.media_type.startswith("image/"):
        return f"data:{file.media_type};base64,{base64.b64encode(file.content).decode()}"
    return f"https://nightdesk.example/files/{file.name}"


def gallery(renderers: Mapping[str, Renderer], link: Linker = example_link) -> list[dict[str, Any]]:
    """`renderers`: by the platform's name, as main has them from the catalogue."""
    return [_entry(name, example, renderers, link) for name, example in EXAMPLES.items()]


def _entry(name: str, example: Reply, renderers: Mapping[str, Renderer], link: Linker) -> dict[str, Any]:
    return {
        "name": name,
        "reply": json.loads(reply.dump(example)),
        **{platform: render(example, link).payload for platform, render in renderers.items()},
        "html": pages.page(example, link),
        "plain": plain.render(example),
    }
