"""Every example in every look, as the gallery page asks for it."""

import json
from collections.abc import Mapping
from typing import Any

from bot.model import plain, reply
from bot.model.reply import File, Reply
from handlers.platform import Linker, Renderer
from handlers.playground import pages
from handlers.playground.examples import EXAMPLES


def example_link(file: File) -> str:
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
