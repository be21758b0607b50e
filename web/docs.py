"""The API's own description as a page: what /openapi.json says, for people."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template

from web.openapi import openapi

blueprint = Blueprint("docs", __name__)


@dataclass(frozen=True, slots=True)
class Route:
    """One route as it is shown. `schema` is the answer's, `example` an address to try; either may be ""."""

    method: str
    path: str
    described: dict[str, Any]
    media: str
    schema: str
    example: str


@blueprint.get("/docs")
def docs() -> str:
    """Every route with its parameters, answer and errors."""
    document = openapi(current_app)
    return render_template("docs.html", document=document, routes=list(_routes(document)), schemas=_schemas(document))


@blueprint.app_template_filter("schema_kind")
def schema_kind(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words.

    >>> schema_kind({"type": "array", "items": {"enum": ["en", "ar"]}}), schema_kind({"type": "integer"})
    ('list of en, ar', 'integer')
    """
    options = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if options:
        return " or ".join(map(schema_kind, options))
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema.get("type") == "array":
        return f"list of {schema_kind(schema['items'])}"
    return str(schema.get("format") or schema.get("type", ""))


def _routes(document: dict[str, Any]) -> Iterator[Route]:
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            [answer] = [each for status, each in described["responses"].items() if status.startswith("2")]
            [(media, content)] = answer["content"].items()
            schema = content["schema"].get("$ref", "").rpartition("/")[2]
            yield Route(method.upper(), path, described, media, schema, _example(path, method, described))


def _example(path: str, method: str, described: dict[str, Any]) -> str:
    """An address that may be opened in a browser, or "" where an id or a body is needed."""
    if method != "get" or "{" in path:
        return ""
    given = {
        each["name"]: ",".join(each["example"]) if isinstance(each["example"], list) else each["example"]
        for each in described["parameters"]
        if "example" in each
    }
    return f"{path}?{urlencode(given)}" if given else path


def _schemas(document: dict[str, Any]) -> dict[str, str]:
    """The schemas that routes and other schemas refer to, as indented JSON."""
    return {
        name: json.dumps(schema, ensure_ascii=False, indent=2)
        for name, schema in document["components"]["schemas"].items()
    }
