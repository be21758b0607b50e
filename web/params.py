"""Query string → SearchRequest. Raises QueryError naming the parameter, its value and what was expected."""

import datetime

from werkzeug.datastructures import MultiDict

from index.errors import QueryError
from search.types import SearchRequest

_KNOWN = {"q", "limit", "offset", "language", "source", "date_from", "date_to", "mode", "explain", "collapse"}


def search_request(args: "MultiDict[str, str]", default_limit: int, largest_limit: int) -> SearchRequest:
    """The search that the parameters ask for."""
    unknown = sorted(set(args) - _KNOWN)
    if unknown:
        raise QueryError(f"unknown parameter {unknown[0]!r}; expected {', '.join(sorted(_KNOWN))}")
    limit = _whole(args, "limit", default_limit)
    if limit > largest_limit:
        raise QueryError(f"limit is {limit}; at most {largest_limit} are given at once")
    return SearchRequest(
        query=args.get("q", ""),
        limit=limit,
        offset=_whole(args, "offset", 0),
        languages=_list(args, "language"),
        sources=tuple(source for source in args.getlist("source") if source),
        date_from=_day(args, "date_from"),
        date_to=_day(args, "date_to"),
        mode=args.get("mode") or "hybrid",
        explain=_flag(args, "explain", default=False),
        collapse=_flag(args, "collapse", default=True),
    )


def _whole(args: "MultiDict[str, str]", name: str, default: int) -> int:
    value = args.get(name, "")
    if not value:
        return default
    if not value.isdecimal() or len(value) > 9:
        raise QueryError(f"{name} is {value!r}; expected a whole number")
    return int(value)


def _list(args: "MultiDict[str, str]", name: str) -> tuple[str, ...]:
    """Values given by commas or by repetition, each once."""
    values = [part.strip() for value in args.getlist(name) for part in value.split(",")]
    return tuple(dict.fromkeys(value for value in values if value))


def _day(args: "MultiDict[str, str]", name: str) -> datetime.date | None:
    value = args.get(name, "")
    if not value:
        return None
    try:
        return datetime.date.fromisoformat(value)
    except ValueError as problem:
        raise QueryError(f"{name} is {value!r}; expected a day as 2023-09-26") from problem


def _flag(args: "MultiDict[str, str]", name: str, default: bool) -> bool:
    value = args.get(name, "").lower()
    if value not in ("", "true", "false", "1", "0"):
        raise QueryError(f"{name} is {value!r}; expected true or false")
    return value in ("true", "1") if value else default
