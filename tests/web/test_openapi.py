"""The API is what its description says: every route described, every answer as described, nothing a 5xx."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.conftest import Site
from web import create_app
from web.answers import (
    BatchAnswer,
    DocumentAnswer,
    ExportLine,
    HealthAnswer,
    LiveAnswer,
    Problem,
    SearchAnswer,
    SimilarAnswer,
    SuggestAnswer,
)
from web.settings import WebSettings

UNDESCRIBED = {"api.description"}


@pytest.fixture(scope="module")
def app(shared_site: Site) -> Flask:
    return create_app(WebSettings(str(shared_site.index)))


def test_every_route_of_the_api_is_described(client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()
    assert described["openapi"] == "3.1.0"
    rules = [rule for rule in client.application.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    assert {operation["operationId"] for path in described["paths"].values() for operation in path.values()} == {
        rule.endpoint.replace(".", "_") for rule in rules if rule.endpoint not in UNDESCRIBED
    }


def test_every_parameter_says_what_it_does(client: FlaskClient) -> None:
    paths = client.get("/openapi.json").get_json()["paths"]
    parameters = [each for path in paths.values() for method in path.values() for each in method["parameters"]]
    assert len(parameters) > 20
    assert [each["name"] for each in parameters if not each.get("description")] == []
    [language] = [each for each in paths["/api/search"]["get"]["parameters"] if each["name"] == "language"]
    assert language["explode"] is False
    assert language["schema"]["items"] == {"enum": ["en", "ar", "ur", "und"], "type": "string"}
    assert language["example"] == ["ar", "ur"]


@pytest.mark.parametrize(
    ("address", "model"),
    [
        ("/api/search?q=haftar&explain=true", SearchAnswer),
        ("/api/search?q=لقاء&sort=date&language=ar,ur", SearchAnswer),
        ("/api/documents/moscow-en", DocumentAnswer),
        ("/api/similar/moscow-en", SimilarAnswer),
        ("/api/suggest?q=haf", SuggestAnswer),
        ("/api/health", HealthAnswer),
        ("/api/health/live", LiveAnswer),
    ],
)
def test_an_answer_follows_its_model(client: FlaskClient, address: str, model: Any) -> None:
    """With nothing added and nothing left out."""
    answer = client.get(address).get_json()
    given = model.model_validate(answer).model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert set(given) == set(answer)


def test_the_lines_of_an_export_and_the_answers_of_a_batch_follow_their_models(client: FlaskClient) -> None:
    lines = client.get("/api/export?q=haftar&text=true").get_data().splitlines()
    assert [ExportLine.model_validate_json(line).rank for line in lines] == list(range(1, len(lines) + 1))
    batch = client.post("/api/search", json={"searches": [{"q": "haftar"}, {"q": "زلزال"}]})
    assert [one.query for one in BatchAnswer.model_validate(batch.get_json()).answers] == ["haftar", "زلزال"]
    Problem.model_validate(client.get("/api/search").get_json(force=True))


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROUTES = [
    ("GET", "/api/search"),
    ("POST", "/api/search"),
    ("GET", "/api/export"),
    ("GET", "/api/documents/{identity}"),
    ("GET", "/api/similar/{identity}"),
    ("GET", "/api/suggest"),
    ("GET", "/api/health"),
    ("GET", "/api/health/live"),
]


def test_all_routes_are_asked(client: FlaskClient) -> None:
    paths = client.get("/openapi.json").get_json()["paths"]
    assert {(method.upper(), path) for path, methods in paths.items() for method in methods} == set(ROUTES)


def asked() -> Iterator[tuple[str, str, GenerationMode]]:
    """Every route, rightly and wrongly; those that take no more than an id cannot be asked wrongly."""
    for method, path in ROUTES:
        yield method, path, GenerationMode.POSITIVE
        if not path.startswith(("/api/health", "/api/documents/")):
            yield method, path, GenerationMode.NEGATIVE


@pytest.mark.parametrize(("method", "path", "kind"), [*asked()])
def test_whatever_is_asked_the_answer_is_as_described(
    app: Flask, fake_model: None, method: str, path: str, kind: GenerationMode
) -> None:
    """Not tested is that all a schema allows is answered: that a query needs a word, no schema can say."""
    route = schemathesis.openapi.from_wsgi("/openapi.json", app)[path][method]

    @given(case=route.as_strategy(generation_mode=kind))
    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()
