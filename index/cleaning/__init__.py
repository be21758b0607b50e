"""Raw page text → documents: litter dropped, each line with its reason; title, date and language found."""

from index.cleaning.articles import Article, DroppedLine, articles, clean, without_repeated
from index.cleaning.reasons import Reason

__all__ = ["Article", "DroppedLine", "Reason", "articles", "clean", "without_repeated"]
