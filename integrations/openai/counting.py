"""How many tokens a call took: as the server counted them, else estimated. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from openai.types.completion_usage import CompletionUsage

from bot.model.usage import Tokens

SIGNS_A_TOKEN = 4  # where a server does not count


def tokens_of(told: CompletionUsage | None, request: Mapping[str, Any], text: str) -> Tokens:
    if told is None or told.prompt_tokens is None or told.completion_tokens is None:
        asked = len(json.dumps(request["messages"], ensure_ascii=False))
        return Tokens(-(-asked // SIGNS_A_TOKEN), -(-len(text) // SIGNS_A_TOKEN), estimated=True)
    cached = (told.prompt_tokens_details.cached_tokens or 0) if told.prompt_tokens_details else 0
    return Tokens(told.prompt_tokens, told.completion_tokens, min(cached, told.prompt_tokens))
