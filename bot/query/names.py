"""What really exists in a source, and which of it a text names."""

import asyncio
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.model.series import Metric
from bot.ports.tools import MetricsSource
from bot.query.measures import SCOPE

_WORD = re.compile(r"[\w./:-]*\w")
_METRIC = re.compile(r"[\w:]+")
_NAMED = re.compile(r"\b(?:service|app|application|server|tool|pod|host|region|env) (\w)(?![\w'])")


@dataclass(frozen=True, slots=True)
class Names:
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    apps: tuple[str, ...] = ()  # applications and their aliases, as people wrote them
    ai_tools: tuple[str, ...] = ()  # whose calls of models are told; none where no AI usage is
    ai_models: tuple[str, ...] = ()

    def app(self, text: str) -> str:
        """The application that a text names, the longest name first; empty where it names none."""
        known = sorted(self.apps, key=len, reverse=True)
        return next((one for one in known if stands(one.lower(), text)), "")

    def named_app(self, text: str) -> str:
        """As `app`, unless the text means a service by its own name."""
        return "" if "service" in self.find(text) else self.app(text.lower())

    def find(self, text: str) -> dict[str, str]:
        """Label values that stand in the text, whole and in any case; the first of a label counts."""
        found: dict[str, str] = {}
        low = text.lower()
        for label, value in self._longest_first():
            if label not in found and stands(value.lower(), low):
                found[label] = value
        return found

    def metric(self, text: str) -> str:
        """The metric that a text names in full; empty where it names none."""
        said = set(_METRIC.findall(text.lower()))
        return next((name for name in self.metrics if name.lower() in said), "")

    def near(self, word: str, count: int = 3) -> list[str]:
        """The known names that look most like a word."""
        known = {value.lower(): value for _, value in self._longest_first()} | {name: name for name in self.metrics}
        return [known[hit] for hit in difflib.get_close_matches(word.lower(), known, n=count, cutoff=0.5)]

    def meant(self, word: str) -> tuple[str, str] | None:
        """A label value that differs from the word by a typo only."""
        by_value = {value.lower(): (label, value) for label, value in self._longest_first()}
        hits = difflib.get_close_matches(word.lower(), by_value, n=1, cutoff=0.8) if len(word) > 3 else []
        return by_value[hits[0]] if hits else None

    def _longest_first(self) -> Iterator[tuple[str, str]]:
        pairs = [(label, value) for label, values in self.values.items() for value in values if value]
        return iter(sorted(pairs, key=lambda pair: -len(pair[1])))


def stands(name: str, text: str) -> bool:
    """Whether it stands in the text as a word of its own. Thousands are looked for, so no expression is compiled."""
    at = text.find(name)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if not any(sign.isalnum() or sign in "_-" for sign in around):
            return True
        at = text.find(name, at + 1)
    return False


def words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def telling(text: str) -> list[str]:
    """Without numbers and lone letters, unless a letter is a name: “service X”."""
    named = _NAMED.findall(text.lower())
    return [word for word in words(text) if not word.isdigit() and (len(word) > 1 or word in named)]


async def learn(source: MetricsSource) -> Names:
    values, metrics = await asyncio.gather(asyncio.gather(*(source.values(label) for label in SCOPE)), source.metrics())
    return Names(
        {label: tuple(known) for label, known in zip(SCOPE, values, strict=True)},
        {metric.name: metric for metric in metrics},
    )
