"""What the API answers, as models: they describe the JSON in /openapi.json, and tests hold every answer to them.

The answers themselves are made by `search/payloads.py`; no request pays for a check.
"""

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from search.types import WAYS


class Answer(BaseModel):
    """Base of all answers: nothing but what is described."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class DocumentFacts(Answer):
    """What is said of a document beside its text."""

    id: str = Field(examples=["2023/09/talks.txt"])
    title: str
    language: str = Field(description="BCP 47 tag; `und` where it is not known.", examples=["ar"])
    url: str = Field(description="As the document states it; may be empty, and is not checked.")
    date: datetime.date | None
    source: str


class DocumentAnswer(DocumentFacts):
    """A whole document."""

    text: str


class SnippetAnswer(Answer):
    """The lines of a document that say most about the query."""

    text: str
    marks: list[tuple[int, int]] = Field(
        description="Start and end of each whole word to highlight, in Unicode code points of `text`.",
        examples=[[[4, 11]]],
    )


class TermAnswer(Answer):
    """What one term added to the lexical score."""

    term: str
    origin: str = Field(alias="for", description="The word of the query that it stands for.")
    by: str = Field(description=f"How it came to stand for that word: {', '.join(WAYS)}.", examples=["glossary"])
    weight: float
    score: float


class DenseAnswer(Answer):
    """What the vectors say: the cosine of query and chunk, and its rank among its language's."""

    score: float
    rank: int | None


class LexicalAnswer(Answer):
    """What the words say: BM25 of the chunk, and its rank among its language's."""

    score: float
    rank: int | None
    terms: list[TermAnswer]


class ExplainAnswer(Answer):
    """Why a hit is where it is."""

    dense: DenseAnswer
    lexical: LexicalAnswer


class HitAnswer(Answer):
    """One document of an answer."""

    rank: int = Field(ge=1)
    score: float = Field(ge=0, le=1, description="Estimate that the document is relevant.")
    document: DocumentFacts
    snippet: SnippetAnswer
    duplicates: list[str] = Field(description="Ids of near-duplicates that stand behind this hit.")
    explain: ExplainAnswer | None = Field(default=None, description="Only when asked for.")


class FacetsAnswer(Answer):
    """How many documents of the whole result each value has, commonest first."""

    language: dict[str, int] = Field(examples=[{"ar": 12, "en": 3}])
    source: dict[str, int]
    year: dict[str, int]


class SearchAnswer(Answer):
    """One page of a result, with totals over all of it."""

    query: str
    query_language: str = Field(description="`ur-Latn` and `ar-Latn` are Urdu and Arabic in Latin letters.")
    took_ms: float
    total: int = Field(ge=0)
    generation: str
    hits: list[HitAnswer]
    facets: FacetsAnswer


class BatchAnswer(Answer):
    """The answers to several searches, in their order."""

    answers: list[SearchAnswer]


class SimilarAnswer(Answer):
    """Documents of all languages that tell of the same."""

    document: DocumentFacts
    took_ms: float
    total: int = Field(ge=0)
    generation: str
    hits: list[HitAnswer]


class SuggestAnswer(Answer):
    """Completions of what was typed, likeliest first."""

    query: str
    suggestions: list[str] = Field(examples=[["flood damage", "flood dam"]])


class HealthAnswer(Answer):
    """What is served."""

    status: Literal["ok"]
    generation: str
    created: datetime.datetime
    model: str
    documents: int = Field(ge=0)
    languages: dict[str, int]


class LiveAnswer(Answer):
    """The server runs."""

    status: Literal["ok"]


class RebuildAnswer(Answer):
    """How far a rebuild is. Times are seconds since 1970; `report` is there when it is done."""

    state: Literal["none", "running", "done", "failed"]
    started: float | None
    ended: float | None
    stage: str = Field(description="What it does now.")
    done: int = Field(ge=0, description="How much of the stage is done.")
    total: int = Field(ge=0, description="How much the stage has; 0 when that is not known.")
    problem: str
    report: dict[str, object]


class ExportLine(Answer):
    """One line of an export; `text` only when asked for."""

    rank: int = Field(ge=1)
    score: float = Field(ge=0, le=1)
    document: DocumentFacts | DocumentAnswer
    snippet: SnippetAnswer
    duplicates: list[str]


class Problem(Answer):
    """Every error (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Bad Request"])
    status: int = Field(examples=[400])
    detail: str = Field(examples=["limit is 'x'; expected a whole number"])
