"""tantivy by its Python package: Lucene's BM25 with its fixed parameters and rounded lengths, so scores differ."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tantivy

from scripts.benchmarking.peers.lexical import Scores
from scripts.benchmarking.peers.tokens import Tokens

_HEAP = 256_000_000  # bytes that it may gather before it writes a segment


class _Tantivy:
    def __init__(self, tokens: Tokens) -> None:
        self._folder = TemporaryDirectory()
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=False, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        index = tantivy.Index(self._schema, path=self._folder.name)
        index.register_tokenizer("whitespace", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        writer = index.writer(_HEAP, num_threads=1)
        for words in tokens.words():
            writer.add_document(tantivy.Document(text=[" ".join(words)]))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def top(self, terms: Sequence[str], wanted: int) -> Scores:
        words = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", term)) for term in terms]
        hits = self._searcher.search(tantivy.Query.boolean_query(words), wanted, count=False).hits
        return np.array([score for score, _ in hits], dtype=np.float32)


def build(tokens: Tokens, index: Path) -> _Tantivy:
    """The index of one language."""
    return _Tantivy(tokens)
