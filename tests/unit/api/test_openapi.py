"""The document tells of what is there, of nothing else, and holds together."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from handlers.api import openapi, page
from tests.unit.api.scene import ALL_ROUTES, registered

DOCUMENT = openapi.document(ALL_ROUTES, "1")


def operations() -> Iterator[tuple[str, str, Any]]:
    for path, found in DOCUMENT["paths"].items():
        for method, operation in found.items():
            yield method.upper(), path, operation


def test_every_route_is_described_and_nothing_else():
    known = {(route.method, route.resource.canonical) for route in registered().router.routes() if route.resource}
    mine = {(method, path) for method, path in known if path.startswith(("/api/", "/ai/", "/v1/"))}
    described = {(method, path) for method, path, _ in operations()}
    assert described == mine == {(route.method, route.path) for route in ALL_ROUTES}
    assert len(ALL_ROUTES) == len(described)  # none stands twice


def test_every_operation_has_a_name_of_its_own_and_a_sentence():
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)
    assert all(operation["summary"].endswith(".") for _, _, operation in operations())


def test_every_reference_leads_somewhere():
    for reference in set(_references(DOCUMENT)):
        found: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def test_every_schema_is_used_and_sound():
    used = {one.rpartition("/")[2] for one in _references(DOCUMENT) if one.startswith("#/components/schemas/")}
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas.keys() == used
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_what_stands_in_an_address_is_a_parameter_of_it():
    for _, path, operation in operations():
        named = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"]
        assert named == re.findall(r"{(\w+)}", path)


@pytest.mark.parametrize(
    ("method", "path", "names"),
    [
        ("GET", "/api/issues", ["open", "status", "severity", "service", "since", "limit"]),
        ("POST", "/api/issues/{id}/note", ["id", "Idempotency-Key"]),
        ("POST", "/api/alerts/alertmanager", []),
    ],
)
def test_parameters(method, path, names):
    operation = DOCUMENT["paths"][path][method.lower()]
    assert [one["name"] for one in operation.get("parameters", ())] == names


def test_a_query_cannot_say_null():
    shown = [one["schema"] for _, _, operation in operations() for one in operation.get("parameters", ())]
    assert len(shown) > 40
    assert not [one for one in shown if "null" in str(one)]


def test_the_page_lists_everything_and_runs_and_loads_nothing():
    """Row API-44."""
    shown = page.page(DOCUMENT)
    for method, path, operation in operations():
        assert f"{method} {path}" in shown
        assert f'id="{operation["operationId"]}"' in shown
    assert not re.search(r"<script|<link|<img|<iframe|\son\w+=|url\(|@import|https?://", shown)
    targets = set(re.findall(r'href="#([^"]+)"', shown))
    assert targets
    assert targets <= set(re.findall(r'id="([^"]+)"', shown))


def test_the_page_shows_text_as_text():
    bad = "<script>alert(1)</script>"
    found = {**DOCUMENT, "info": {"title": bad, "description": f"`{bad}`", "version": "1"}}
    shown = page.page(found)
    assert "<script" not in shown
    assert "<code>&lt;script&gt;" in shown


async def test_both_are_served_with_a_policy_that_fits_them(aiohttp_client_of):
    client = await aiohttp_client_of(registered())
    async with client.get("/openapi.json") as response:
        assert (response.status, await response.json()) == (200, DOCUMENT)
    async with client.get("/docs") as response:
        assert response.content_type == "text/html"
        assert response.headers["Content-Security-Policy"] == page.POLICY
        assert await response.text() == page.page(DOCUMENT)


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)
