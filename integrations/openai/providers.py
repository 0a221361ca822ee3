"""Whose server it is, as data: where it stands, how it is let in, and what it understands of a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Name = Literal["openai", "azure", "anthropic", "gemini", "ollama", "vllm", "llamacpp"]


@dataclass(frozen=True, slots=True)
class Provider:
    title: str
    url: str = ""  # empty: everybody has an own one
    keyed: bool = True  # it lets nobody in without a key
    lists: bool = True  # it tells which models may be asked
    shape: Literal["schema", "object", "none"] = "schema"  # what it may be asked for at first
    warmest: float = 2.0
    counts_streams: bool = True  # it counts the tokens of a stream, where that is asked for


PROVIDERS: Mapping[Name, Provider] = {
    "openai": Provider("OpenAI", "https://api.openai.com/v1"),
    "azure": Provider("Azure OpenAI", lists=False),  # it lists models, and is asked for deployments
    "anthropic": Provider("Anthropic", "https://api.anthropic.com/v1", lists=False, shape="none", warmest=1.0),
    "gemini": Provider("Gemini", "https://generativelanguage.googleapis.com/v1beta/openai"),
    "ollama": Provider("Ollama", "http://localhost:11434/v1", keyed=False),
    "vllm": Provider("vLLM", "http://localhost:8000/v1", keyed=False),
    "llamacpp": Provider("llama.cpp", "http://localhost:8080/v1", keyed=False),
}
