"""What a server does not understand is not said to it again."""

from datetime import timedelta

import pytest
from pydantic import BaseModel, Field

from bot.desk.shapes import read, strict
from bot.ports.model import Inquiry, Line, Task
from integrations.openai.dialect import Dialect
from tests.model_double.checks import fault

KEY = {"Authorization": "Bearer k"}
UNSUPPORTED = (
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
)


class Part(BaseModel):
    title: str = Field("none", max_length=10)
    default: int = 3


class Whole(BaseModel):
    parts: list[Part] = Field(max_length=3)
    kind: str | None = None


ASKED = Inquiry(Task.MAIL, (Line("system", "S"), Line("user", "U")), "whole", strict(Whole), timedelta(seconds=1))


@pytest.mark.parametrize(
    ("before", "says", "after"),
    [
        (Dialect(), UNSUPPORTED, Dialect(limit="max_completion_tokens")),
        (Dialect(limit="max_completion_tokens"), UNSUPPORTED, None),
        (Dialect(), "'temperature' does not support 0.1 with this model.", Dialect(warm=False)),
        (Dialect(warm=False), "'temperature' does not support 0.1", None),
        (Dialect(), "response_format: json_schema is not supported", Dialect("object")),
        (Dialect("object"), "response_format is not supported", Dialect("none")),
        (Dialect("none"), "response_format is not supported", None),
        (Dialect(), "This model's maximum context length is 8192 tokens.", None),
    ],
)
def test_one_step_down_for_each_refusal(before, says, after):
    assert before.simpler(says) == after


@pytest.mark.parametrize(
    "dialect", [Dialect(), Dialect("object"), Dialect("none", "max_completion_tokens", warm=False)]
)
def test_every_dialect_is_taken_by_a_server_that_is_strict(dialect: Dialect):
    request = dialect.request(ASKED, "m", 100, 0.1)
    assert fault(KEY, request, "k", {"m"}) is None
    assert ("JSON Schema" in request["messages"][0]["content"]) is (dialect.shape != "schema")


def test_a_shape_in_strict_words():
    assert strict(Whole) == {
        "type": "object",
        "additionalProperties": False,
        "required": ["parts", "kind"],
        "properties": {
            "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
            "kind": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "$defs": {
            "Part": {
                "type": "object",
                "additionalProperties": False,
                "required": ["title", "default"],
                "properties": {"title": {"type": "string"}, "default": {"type": "integer"}},
            }
        },
    }


@pytest.mark.parametrize("text", ['{"parts": []}', '```json\n{"parts": []}\n```', '\n```\n{"parts": []}```  '])
def test_what_is_put_into_a_fence_is_read_all_the_same(text: str):
    assert read(Whole, text) == Whole(parts=[])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tools": []}, "unknown_parameter"),
        ({"model": "x"}, "model_not_found"),
        ({"messages": []}, "empty_array"),
        ({"temperature": 9}, "decimal_above_max_value"),
        ({"max_completion_tokens": 9}, "invalid"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "a b"}}}, "invalid_value"),
        (
            {"response_format": {"type": "json_schema", "json_schema": {
                "name": "a", "strict": True, "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}},
            "invalid_json_schema",
        ),
    ],
)  # fmt: skip
def test_the_double_refuses_what_the_service_refuses(change, code):
    found = fault(KEY, {**Dialect().request(ASKED, "m", 100, 0.1), **change}, "k", {"m"})
    assert found
    assert found[2] == code
    assert fault({}, {}, "k", {"m"}) == (401, "Incorrect API key provided.", "invalid_api_key")
