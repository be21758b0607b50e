"""The routes of an application, described as OpenAPI 3.1 from the code that answers them.

A view says with @operation which model reads its parameters and which model its answer follows;
paths and methods come from Flask's own map, schemas from pydantic, prose from the docstrings.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from inspect import getdoc
from typing import Any, TypeVar

import regex
from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from web.answers import Problem

Json = dict[str, Any]
_View = TypeVar("_View", bound=Callable[..., Any])

_SCHEMAS = "#/components/schemas/{model}"
_PROBLEMS = {
    400: "A parameter that makes no sense; the detail names it.",
    401: "A key is needed.",
    403: "A key with another scope is needed.",
    404: "There is no such document.",
    409: "It is being done already.",
    413: "The body is larger than the server takes.",
    414: "The address is longer than the server reads.",
    415: "The body is not JSON.",
    429: "More requests than one client may make; come again after the seconds in Retry-After.",
    503: "There is no index to search yet, or too much to do; come again after the seconds in Retry-After.",
}
_ARGUMENT = regex.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route takes and gives.

    `status` and `media` are those of its answer, `problems` the statuses of the errors it may answer with.
    """

    answer: type[BaseModel] | None
    parameters: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    media: str = "application/json"
    problems: tuple[int, ...] = (503,)
    status: int = 200

    def models(self) -> Iterator[type[BaseModel]]:
        """The models it uses."""
        yield from (model for model in (self.answer, self.parameters, self.body) if model)


_operations: dict[Callable[..., Any], Operation] = {}


def operation(described: Operation) -> Callable[[_View], _View]:
    """Describe a view; the first sentence of its docstring is its summary."""

    def remember(view: _View) -> _View:
        _operations[view] = described
        return view

    return remember


def openapi(app: Flask) -> Json:
    """The OpenAPI document of every described route of an application."""
    found = [
        (rule, view) for rule in app.url_map.iter_rules() if (view := app.view_functions[rule.endpoint]) in _operations
    ]
    references, schemas = _schemas({model for _, view in found for model in _operations[view].models()} | {Problem})
    paths: dict[str, Json] = {}
    for rule, view in sorted(found, key=lambda item: item[0].rule):
        path = _ARGUMENT.sub(r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            paths.setdefault(path, {})[method.lower()] = _described(rule, view, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hudhud",
            "version": version("hudhud"),
            "description": "Search across English, Arabic and Urdu by meaning and by word.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _schemas(models: set[type[BaseModel]]) -> tuple[dict[type[BaseModel], Json], Json]:
    """A reference for each model, and the schemas they refer to."""
    ordered = sorted(models, key=lambda model: model.__name__)
    found, definitions = models_json_schema(
        [(model, "validation") for model in ordered], by_alias=True, ref_template=_SCHEMAS
    )
    return {model: found[model, "validation"] for model in ordered}, definitions["$defs"]


def _described(rule: Rule, view: Callable[..., Any], references: dict[type[BaseModel], Json]) -> Json:
    described = _operations[view]
    summary, _, more = (getdoc(view) or "").partition("\n\n")
    answer: Json = {"schema": references[described.answer] if described.answer else {"type": "string"}}
    operation: Json = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": " ".join(summary.split()),
        "parameters": [*_path_parameters(rule), *_query_parameters(described.parameters)],
        "responses": {
            str(described.status): {"description": "The answer.", "content": {described.media: answer}},
            **{str(status): _problem(status, references) for status in described.problems},
        },
    }
    if more:
        operation["description"] = more
    if described.body:
        content = {"application/json": {"schema": references[described.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _path_parameters(rule: Rule) -> Iterator[Json]:
    for name in sorted(rule.arguments):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": "Percent-encoded.",
            "schema": {"type": "string", "minLength": 1},
        }


def _query_parameters(model: type[BaseModel] | None) -> Iterator[Json]:
    if model is None:
        return
    schema = model.model_json_schema()
    for name, described in schema["properties"].items():
        parameter = {"name": name, "in": "query", "required": name in schema.get("required", ())}
        if described.get("type") == "array":
            parameter["explode"] = "enum" not in described["items"]  # by commas, or repeated
        if "description" in described:
            parameter["description"] = described.pop("description")
        if "examples" in described:
            parameter["example"] = described.pop("examples")[0]
        described.pop("title", None)
        yield {**parameter, "schema": described}


def _problem(status: int, references: dict[type[BaseModel], Json]) -> Json:
    return {"description": _PROBLEMS[status], "content": {"application/problem+json": {"schema": references[Problem]}}}
