"""What `hudhud inspect` says of one article."""

from typing import Any

from index.cleaning.articles import Article
from search.payloads import full_document_payload


def article_payload(article: Article) -> dict[str, Any]:
    """An article as JSON: the document, and the lines that were left out of it."""
    return {
        **full_document_payload(article.document),
        "dropped": [{"line": line.number, "text": line.text, "reason": line.reason.value} for line in article.dropped],
    }


def format_article(article: Article) -> str:
    """An article for a terminal: what was found, the text, and what was dropped and why."""
    document = article.document
    rows = [
        f"id:       {document.id}",
        f"title:    {document.title}",
        f"language: {document.language}",
        f"date:     {document.date or ''}",
        f"source:   {document.source}",
        "",
        document.text,
    ]
    if article.dropped:
        width = max(len(line.reason.value) for line in article.dropped)
        rows += ["", f"dropped lines: {len(article.dropped)}"]
        rows += [f"  {line.number:4}  {line.reason.value:{width}}  {line.text}" for line in article.dropped]
    return "\n".join(rows)
