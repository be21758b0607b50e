"""What may be asked of the API, as models: they read the query string and describe themselves in /openapi.json.

A parameter that makes no sense raises QueryError, naming it, its value and what was expected.
"""

import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from werkzeug.datastructures import MultiDict

from index.errors import QueryError
from search.types import SearchRequest

Language = Literal["en", "ar", "ur", "und"]

_Model = TypeVar("_Model", bound=BaseModel)

_LARGEST_NUMBER = 10**9

_EXPECTED = {
    "int": "a whole number",
    "date": "a day as 2023-09-26",
    "bool": "true or false",
    "string": "text",
    "tuple": "a list",
    "model": "an object",
    "dict": "an object",
}
"""What was expected, by the first part of pydantic's name for an error."""


def _parted(value: Any) -> Any:
    """Values given by commas or by repetition, each once.

    >>> _parted(["ar,ur", "ar"]), _parted("en")
    (['ar', 'ur'], ['en'])
    """
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        return value
    parts = [part.strip() for one in values for part in one.split(",")]
    return list(dict.fromkeys(part for part in parts if part))


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Parameters(BaseModel):
    """Base of what may be asked: nothing unknown, nothing changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Filters(Parameters):
    """A query with what its documents must be."""

    q: str = Field(description="What to search for, in English, Arabic, Urdu or Roman Urdu.", examples=["flood damage"])
    language: Annotated[tuple[Language, ...], BeforeValidator(_parted)] = Field(
        default=(),
        description="Only documents in these languages, parted by commas; `und` is any other.",
        examples=[["ar", "ur"]],
    )
    source: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=(), description="Only documents of this source; may be repeated."
    )
    date_from: datetime.date | None = Field(default=None, description="Only documents of this day or later.")
    date_to: datetime.date | None = Field(default=None, description="Only documents of this day or earlier.")
    mode: Literal["hybrid", "dense", "lexical"] = Field(
        default="hybrid", description="By meaning and words, by meaning alone, or by words alone."
    )
    collapse: bool = Field(default=True, description="Whether near-duplicates stand behind the best of them.")
    sort: Literal["relevance", "date"] = Field(default="relevance", description="Best first, or newest first.")


class SearchParameters(Filters):
    """A search and the page of its answer that is wanted."""

    limit: int | None = Field(default=None, ge=1, le=_LARGEST_NUMBER, description="Hits on a page; 10 if left out.")
    offset: int = Field(default=0, ge=0, le=_LARGEST_NUMBER, description="Hits before the page.")
    explain: bool = Field(default=False, description="Whether each hit says why it is there.")

    def request(self, default_limit: int, largest_limit: int) -> SearchRequest:
        """The search asked for. Raises QueryError for more hits than are given at once."""
        return SearchRequest(
            query=self.q,
            limit=limit_of(self.limit, default_limit, largest_limit),
            offset=self.offset,
            languages=self.language,
            sources=self.source,
            date_from=self.date_from,
            date_to=self.date_to,
            mode=self.mode,
            sort=self.sort,
            collapse=self.collapse,
            explain=self.explain,
        )


class ExportParameters(Filters):
    """A search whose whole result is wanted."""

    text: bool = Field(default=False, description="Whether each document comes with its whole text.")

    def request(self, limit: int) -> SearchRequest:
        """The search asked for, with as many hits as may be given."""
        return SearchParameters(**self.model_dump(exclude={"text"}), limit=limit).request(limit, limit)


class BatchBody(Parameters):
    """Several searches at once."""

    searches: tuple[SearchParameters, ...] = Field(min_length=1, description="Each as the parameters of one search.")


class SimilarParameters(Parameters):
    """How many similar documents are wanted."""

    limit: int | None = Field(default=None, ge=1, le=_LARGEST_NUMBER, description="Documents; 10 if left out.")


class SuggestParameters(Parameters):
    """What is typed so far."""

    q: str = Field(default="", description="What is typed so far; its last word is completed.", examples=["flood da"])
    limit: int | None = Field(default=None, ge=1, le=_LARGEST_NUMBER, description="Completions; 8 if left out.")


def limit_of(asked: int | None, default: int, largest: int) -> int:
    """The number of things to give. Raises QueryError for more than the largest."""
    if asked is not None and asked > largest:
        raise QueryError(f"limit is {asked}; at most {largest} are given at once")
    return default if asked is None else asked


def read(model: type[_Model], args: "MultiDict[str, str]") -> _Model:
    """The parameters of a query string; an empty value is none. Raises QueryError."""
    many = {name for name, field in model.model_fields.items() if "tuple" in str(field.annotation)}
    given = {name: values for name in args if (values := [value for value in args.getlist(name) if value])}
    return parsed(model, {name: values if name in many else values[0] for name, values in given.items()})


def parsed_json(model: type[_Model], body: bytes) -> _Model:
    """A model of a JSON body. Raises QueryError; however deep the body nests, it is read without recursion."""
    try:
        return model.model_validate_json(body)
    except ValidationError as problem:
        raise QueryError(_sentence(model, problem)) from problem


def parsed(model: type[_Model], given: Any) -> _Model:
    """A model of what was given. Raises QueryError for the first thing that is wrong with it."""
    try:
        return model.model_validate(given)
    except ValidationError as problem:
        raise QueryError(_sentence(model, problem)) from problem


def search_request(args: "MultiDict[str, str]", default_limit: int, largest_limit: int) -> SearchRequest:
    """The search that a query string asks for."""
    return read(SearchParameters, args).request(default_limit, largest_limit)


def _sentence(model: type[BaseModel], problem: ValidationError) -> str:
    """What is wrong, where, and what was expected."""
    error = problem.errors(include_url=False)[0]
    if error["type"] == "json_invalid":
        return f"the body is not JSON: {error['ctx']['error']}"
    place = list(error["loc"])
    if place and isinstance(place[-1], int):
        place.pop()  # one of a list of values is shown by itself
    where, name, kind = _place(place[:-1]), str(place[-1]) if place else "the body", error["type"]
    if kind == "extra_forbidden":
        return f"{where}unknown parameter {name!r}; expected {', '.join(sorted(model.model_fields))}"
    if kind == "missing":
        return f"{where}{name} is missing; expected {_described(model, name)}"
    context = error.get("ctx", {})
    expected = (
        context.get("expected")
        or (f"at least {context['ge']}" if "ge" in context else "")
        or (f"at most {context['le']}" if "le" in context else "")
        or next((said for start, said in _EXPECTED.items() if kind.startswith(start)), error["msg"])
    )
    return f"{where}{name} is {error['input']!r:.80}; expected {expected}"


def _place(path: list[Any]) -> str:
    """Where in a body, such as `searches[2]: `."""
    said = "".join(f"[{part}]" if isinstance(part, int) else str(part) for part in path)
    return f"{said}: " if said else ""


def _described(model: type[BaseModel], name: str) -> str:
    """What a field is, as it goes on in a sentence."""
    said = (model.model_fields[name].description or "") if name in model.model_fields else "it"
    return said[:1].lower() + said[1:].rstrip(".")
