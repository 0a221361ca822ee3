"""The servers that speak OpenAI's API, each with its own address, door and way of saying no."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from aiohttp import web

from tests.model_double import checks

Fault: TypeAlias = checks.Fault
Door: TypeAlias = Literal["bearer", "api-key", "either", "open"]


@dataclass(frozen=True)
class Dialect:
    name: str
    path: str = "/v1/chat/completions"
    base: str = "/v1"  # what a client is given, behind the host
    models: str = "/v1/models"
    door: Door = "bearer"
    version: str = ""  # which has to stand in the query
    in_path: bool = False  # the model is named by the address
    heeds_format: bool = True  # response_format is followed, and not only taken
    takes_schema: bool = True
    errors: Literal["object", "list", "bare"] = "object"

    def fault(self, request: web.Request, body: Any, key: str, models: set[str]) -> Fault | None:
        if self.version and request.query.get("api-version") != self.version:
            return 404, "Resource not found", "404"
        if self.in_path and request.match_info["deployment"] not in models:
            return 404, "The API deployment for this resource does not exist.", "DeploymentNotFound"
        if says := self._closed(request, key):
            return 401, says, "401"
        asked_schema = isinstance(body, dict) and (body.get("response_format") or {}).get("type") == "json_schema"
        if asked_schema and not self.takes_schema:
            return 400, 'Either "json_schema" or "grammar" can be specified, but not both', "invalid_request_error"
        return checks.fault({"Authorization": f"Bearer {key}"}, body, key, models)

    def enters(self, request: web.Request, key: str) -> bool:
        return not self._closed(request, key)

    def _closed(self, request: web.Request, key: str) -> str:
        bearer, own = request.headers.get("Authorization"), request.headers.get("api-key")
        match self.door:
            case "open":
                return ""
            case "api-key":
                good = own == key and bearer is None
            case "either":
                good = own == key or bearer == f"Bearer {key}"
            case _:
                good = bearer == f"Bearer {key}"
        return "" if good else "Incorrect API key provided."

    def error(self, status: int, message: str, code: str) -> Any:
        told: Mapping[str, Any] = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
        match self.errors:
            case "list":
                return [{"error": {"code": status, "message": message, "status": "INVALID_ARGUMENT"}}]
            case "bare":
                return {"object": "error", **told}
            case _:
                return {"error": told}


OPENAI = Dialect("openai")
DIALECTS: Mapping[str, Dialect] = {
    one.name: one
    for one in (
        OPENAI,
        Dialect("azure", "/openai/v1/chat/completions", "", "/openai/v1/models", "either"),
        Dialect(
            "azure deployments", "/openai/deployments/{deployment}/chat/completions", "", "/openai/models", "api-key",
            version="2024-10-21", in_path=True,
        ),
        Dialect("anthropic", heeds_format=False),
        Dialect("gemini", "/v1beta/openai/chat/completions", "/v1beta/openai", "/v1beta/openai/models", errors="list"),
        Dialect("ollama", door="open"),
        Dialect("vllm", errors="bare"),
        Dialect("llamacpp", door="open", takes_schema=False),
    )
}  # fmt: skip
