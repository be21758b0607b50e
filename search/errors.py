"""The errors of searching are part of the one tree in `index.errors`; named here for those who search."""

from index.errors import EvaluationError, HudhudError, QueryError, SearchTimeout, StoredIndexError

__all__ = ["EvaluationError", "HudhudError", "QueryError", "SearchTimeout", "StoredIndexError"]
