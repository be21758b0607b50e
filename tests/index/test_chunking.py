"""Chunks are slices of the text on sentence borders, and together they hold every word."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunking import Chunker, Span, chunk
from index.pieces import PieceNumbers, WordsOfPieces
from index.ragged import Lists
from index.text import surfaces, words
from index.types import Chunk, Document

SENTENCES = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.sampled_from(["word", "مُحَمَّد", "ملاقات", "a", "می\u200cخواہم", "antidisestablishmentarianism", "12"]),
        st.sampled_from([". ", "؟ ", "۔ ", "؛ ", "! ", "…” ", "\n", "\n\n", " ", "-", ".", "۔"]),
        st.sampled_from([" ", " ", " ", "-", "/"]),
    ),
    max_size=12,
).map(lambda parts: "".join(gap.join([word] * count) + end for count, word, end, gap in parts))


def chunks(text: str, size: int = 120, overlap: int = 20) -> list[Chunk]:
    return chunk(Document("d", text), size, overlap)


def texts(text: str, size: int = 120, overlap: int = 20) -> list[str]:
    return [piece.text for piece in chunks(text, size, overlap)]


def sentence(word: str, count: int, end: str = ".") -> str:
    return " ".join([word] * count) + end


@given(st.one_of(st.text(), SENTENCES), st.integers(8, 40), st.integers(0, 7))
def test_every_chunk_is_a_slice(text: str, size: int, overlap: int) -> None:
    for piece in chunks(text, size, overlap):
        assert piece.text == text[piece.start : piece.end] != ""
        assert piece.document_id == "d"


@given(st.one_of(st.text(), SENTENCES), st.integers(8, 40), st.integers(0, 7))
def test_every_word_is_whole_in_some_chunk(text: str, size: int, overlap: int) -> None:
    spans = [(piece.start, piece.end) for piece in chunks(text, size, overlap)]
    for word in words(text):
        assert any(start <= word.start and word.end <= end for start, end in spans), text[word.start : word.end]


@given(st.one_of(st.text(), SENTENCES), st.integers(1, 40), st.integers(0, 7))
def test_a_chunk_has_the_pieces_of_its_slice(text: str, size: int, overlap: int) -> None:
    pieces = PieceNumbers()
    chunker = Chunker(pieces, WordsOfPieces(pieces), size, overlap)
    numbers = pieces.of(text)
    found = chunker.chunks(text, numbers)
    assert [span.pieces for span in found] == [pieces.of(text[span.start : span.end]) for span in found]
    if chunker.are_one(Lists.of([numbers]))[0]:
        assert found == [Span.whole(text, numbers)]


@given(SENTENCES, st.integers(8, 40), st.integers(0, 7))
def test_no_chunk_has_more_words_than_asked_for(text: str, size: int, overlap: int) -> None:
    assert all(len(surfaces(piece.text)) <= size for piece in chunks(text, size, overlap))


@given(SENTENCES, st.integers(8, 40), st.integers(0, 7))
def test_chunks_move_on(text: str, size: int, overlap: int) -> None:
    """Each begins and ends after the one before it, so none lies inside another."""
    for one, other in itertools.pairwise(chunks(text, size, overlap)):
        assert one.start < other.start
        assert one.end < other.end


@given(SENTENCES, st.integers(8, 40), st.integers(0, 7))
def test_two_chunks_share_no_more_than_the_overlap(text: str, size: int, overlap: int) -> None:
    for one, other in itertools.pairwise(chunks(text, size, overlap)):
        assert len(surfaces(text[other.start : one.end])) <= overlap


@pytest.mark.parametrize("end", [".", "!", "?", "؟", "۔", "؛", "…", ".”", "۔»", '?")', "\n"])
def test_a_sentence_border_of_each_language(end: str) -> None:
    """Two sentences of 6 words do not fit in 8, so each is a chunk of its own."""
    text = f"{sentence('كلمة', 6, end)} {sentence('لفظ', 6, '')}"
    assert texts(text, 8, 0) == [sentence("كلمة", 6, end).strip(), sentence("لفظ", 6, "")]


@pytest.mark.parametrize("inside", ["U.S.-led", "3.14", "e.g.,x", "3؛4"])
def test_a_point_inside_a_word_is_no_border(inside: str) -> None:
    text = f"{sentence('a', 5, '')} {inside} {sentence('b', 5, '')}."
    assert all("." not in piece or inside in piece or piece.endswith("b.") for piece in texts(text, 8, 0))


def test_a_short_text_is_one_chunk() -> None:
    assert chunks("  One. Two!\n") == [Chunk("d", 2, 11, "One. Two!")]


def test_sentences_are_gathered_until_a_chunk_is_full() -> None:
    parts = [sentence(word, 4) for word in ("a", "b", "c", "d", "e")]
    assert texts(" ".join(parts), 8, 0) == [f"{parts[0]} {parts[1]}", f"{parts[2]} {parts[3]}", parts[4]]


def test_a_chunk_begins_with_the_last_sentences_of_the_one_before() -> None:
    parts = [sentence(word, 3) for word in ("a", "b", "c", "d", "e")]
    assert texts(" ".join(parts), 9, 3) == [" ".join(parts[:3]), " ".join(parts[2:])]


def test_a_sentence_longer_than_the_overlap_is_not_repeated() -> None:
    parts = [sentence(word, 4) for word in ("a", "b", "c", "d")]
    assert texts(" ".join(parts), 8, 3) == [" ".join(parts[:2]), " ".join(parts[2:])]


def test_no_chunk_is_made_of_nothing_but_overlap() -> None:
    """Where the next sentence leaves no room for the overlap, the overlap goes."""
    parts = [sentence("a", 10), sentence("b", 20), sentence("c", 119)]
    assert texts(" ".join(parts), 120, 20) == [f"{parts[0]} {parts[1]}", parts[2]]


def test_a_giant_sentence_is_cut_between_words() -> None:
    numbers = [f"n{number}" for number in range(1000)]
    pieces = texts(" ".join(numbers), 100, 0)
    assert " ".join(pieces).split() == numbers
    assert max(len(piece.split()) for piece in pieces) <= 100


def test_a_giant_word_is_one_chunk() -> None:
    assert texts("x" * 100_000) == ["x" * 100_000]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "... !", "\u064b", "—"])
def test_a_text_without_a_word_has_no_chunk(text: str) -> None:
    assert chunks(text) == []
