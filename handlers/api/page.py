"""The document as one page that needs no script and nothing from elsewhere. Pure."""

import html
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { margin: 2.5rem 0 0.5rem; }
article { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 0.75rem 0; }
h3 { margin: 0; overflow-wrap: anywhere; }
h3 code { font-size: 1rem; font-weight: bold; }
p { margin: 0.25rem 0; }
code, pre { font: 0.875rem/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.75rem; background: color-mix(in srgb, currentColor 7%, transparent); }
table { border-collapse: collapse; }
th, td { text-align: start; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; font-weight: normal; }
summary { cursor: pointer; }
"""
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def page(document: Mapping[str, Any]) -> str:
    title = f"{document['info']['title']} API"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(title)}</title><style>{STYLE}</style></head><body><main><h1>{_text(title)}</h1>"
        f"<p>{_words(document['info']['description'])}</p>"
        '<p>The same for machines: <a href="openapi.json">openapi.json</a>.</p>'
        f"{''.join(_tag(tag['name'], document) for tag in document['tags'])}{_schemas(document)}</main></body></html>"
    )


def _tag(tag: str, document: Mapping[str, Any]) -> str:
    found = [
        _operation(method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if tag in operation["tags"]
    ]
    return f"<section><h2>{_text(tag)}</h2>{''.join(found)}</section>"


def _operation(method: str, path: str, told: Mapping[str, Any]) -> str:
    body = told.get("requestBody")
    answers = ((status, one) for status, one in told["responses"].items() if "content" in one)
    return (
        f'<article id="{_text(told["operationId"])}"><h3><code>{method.upper()} {_text(path)}</code></h3>'
        f"<p>{_words(told['summary'])} {_words(told['description'])}</p>"
        f"{_table(told.get('parameters', ()))}"
        f"{f'<p>Body: {_content(body)}</p>' if body else ''}"
        f"{''.join(f'<p>Answer {_text(status)}: {_content(one)}</p>' for status, one in answers)}</article>"
    )


def _table(parameters: Iterable[Mapping[str, Any]]) -> str:
    rows = "".join(
        f"<tr><th scope='row'><code>{_text(one['name'])}</code></th><td>{_text(one['in'])}"
        f"{', needed' if one['required'] else ''}</td>"
        f"<td>{_schema(one['schema'])}. {_words(one.get('description', ''))}</td></tr>"
        for one in parameters
    )
    return f"<table>{rows}</table>" if rows else ""


def _content(part: Mapping[str, Any]) -> str:
    return " or ".join(f"{_schema(one['schema'])} ({_text(media)})" for media, one in part["content"].items())


def _schema(schema: Mapping[str, Any]) -> str:
    """A type in a few words; what has a name leads to it."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#schema-{_text(name)}">{_text(name)}</a>'
    if "anyOf" in schema:
        return " or ".join(_schema(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{_text(str(one))}</code>" for one in schema["enum"])
    bounds = [says.format(schema[key]) for key, says in _BOUNDS.items() if key in schema]
    if schema.get("default") not in (None, ""):
        bounds.append(f"else {json.dumps(schema['default'])}")
    return _text(", ".join([str(schema.get("format", schema.get("type", "anything"))), *bounds]))


_BOUNDS = {"minimum": "at least {}", "maximum": "at most {}", "maxLength": "at most {} characters"}


def _schemas(document: Mapping[str, Any]) -> str:
    found = "".join(
        f'<details id="schema-{_text(name)}"><summary><code>{_text(name)}</code></summary>'
        f"<pre>{_text(json.dumps(schema, indent=2, ensure_ascii=False))}</pre></details>"
        for name, schema in sorted(document["components"]["schemas"].items())
    )
    return f"<section><h2>Shapes</h2>{found}</section>"


def _words(text: str) -> str:
    """With what stands between backticks as code."""
    pieces = text.split("`")
    return "".join(f"<code>{_text(one)}</code>" if number % 2 else _text(one) for number, one in enumerate(pieces))


def _text(text: str) -> str:
    return html.escape(text)
