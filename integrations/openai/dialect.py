"""What a server understands of a request: all of it at first, less once it says so. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.ports.model import Inquiry


@dataclass(frozen=True, slots=True)
class Dialect:
    """Servers that speak OpenAI's API differ in these; what one refused is not sent to it again."""

    shape: Literal["schema", "object", "none"] = "schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    warm: bool = True  # it takes a temperature
    counts: bool = True  # it counts the tokens of a stream

    def simpler(self, says: str) -> "Dialect | None":
        """What to try after this refusal; None where the refusal has nothing to do with it."""
        told = says.casefold()
        if self.limit == "max_tokens" and "max_completion_tokens" in told:
            return replace(self, limit="max_completion_tokens")
        if self.limit == "max_completion_tokens" and "max_completion_tokens" in told:
            return None
        if self.warm and "temperature" in told:
            return replace(self, warm=False)
        if self.counts and ("stream_options" in told or "include_usage" in told):
            return replace(self, counts=False)
        if self.shape != "none" and ("response_format" in told or "json_schema" in told or "json_object" in told):
            return replace(self, shape="object" if self.shape == "schema" else "none")
        return None

    def request(self, inquiry: Inquiry, model: str, most: int, temperature: float) -> dict[str, Any]:
        lines = [{"role": line.role, "content": line.text} for line in inquiry.lines]
        asked: dict[str, Any] = {"model": model, "messages": lines, self.limit: most}
        if self.warm:
            asked["temperature"] = temperature
        if not inquiry.schema:
            return asked
        if self.shape == "schema":
            shape = {"name": inquiry.name, "strict": True, "schema": inquiry.schema}
            asked["response_format"] = {"type": "json_schema", "json_schema": shape}
        else:
            lines[0] = {**lines[0], "content": f"{lines[0]['content']}\n\n{_in_words(inquiry.schema)}"}
            if self.shape == "object":
                asked["response_format"] = {"type": "json_object"}
        return asked

    def streamed(self, inquiry: Inquiry, model: str, most: int, temperature: float) -> dict[str, Any]:
        counted = {"stream_options": {"include_usage": True}} if self.counts else {}
        return {**self.request(inquiry, model, most, temperature), "stream": True, **counted}


def _in_words(schema: Mapping[str, Any]) -> str:
    return f"Answer with one JSON object and nothing else. Its JSON Schema:\n{json.dumps(schema, ensure_ascii=False)}"
