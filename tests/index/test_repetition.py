"""A line that stands in many articles of one source is furniture, in whatever order they are read."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.articles import articles, without_repeated
from index.cleaning.reasons import Reason
from index.cleaning.repetition import line_keys, repeated_in, repeated_lines
from index.cleaning.repetition import without_repeated as without
from index.types import Document, RawDocument

FURNITURE = "The voice of the harbour since 1921"


def story(number: int, *more: str, source: str = "courier") -> Document:
    text = "\n".join([f"Ship number {number} put to sea on Monday with all hands aboard.", *more])
    return Document(str(number), text, source=source)


def test_a_line_of_five_articles_is_furniture() -> None:
    documents = [story(number, FURNITURE) for number in range(5)]
    repeated = repeated_in(documents)
    assert [without(document, repeated).text for document in documents] == [story(n).text for n in range(5)]


def test_a_line_of_four_articles_is_none() -> None:
    assert repeated_in(story(number, FURNITURE) for number in range(4)) == frozenset()


def test_copies_of_one_article_prove_nothing() -> None:
    """Syndicated copies and updates share their longest line."""
    copies = [Document(str(n), f"{story(1).text}\nA short line\nUpdate {n}", source="courier") for n in range(9)]
    assert repeated_in(copies) == frozenset()


def test_sources_are_counted_apart() -> None:
    documents = [story(number, FURNITURE, source=f"paper {number % 2}") for number in range(8)]
    assert repeated_in(documents) == frozenset()


def test_a_sentence_needs_twenty_articles() -> None:
    sentence = "No one was hurt, the police said."
    assert repeated_in(story(number, sentence) for number in range(19)) == frozenset()
    assert len(repeated_in(story(number, sentence) for number in range(20))) == 1


def test_spelling_does_not_matter() -> None:
    spellings = ["صوت المرفأ", "صَوت المرفا", "صوت المرفــأ", "صوت المرفأ", "صوت المرفا"]
    assert len(repeated_in(story(number, line) for number, line in enumerate(spellings))) == 1


def test_numbers_do_matter() -> None:
    """Lines of a table are no furniture because they are built alike."""
    assert repeated_in(story(number, f"Population: {number}") for number in range(9)) == frozenset()


def test_a_text_of_nothing_else_is_left_alone() -> None:
    repeated = repeated_in(story(number, FURNITURE) for number in range(5))
    alone = Document("a", f"{FURNITURE}\n\n{FURNITURE}", source="courier")
    assert without(alone, repeated) == alone


def test_one_line_is_never_counted() -> None:
    assert len(line_keys(Document("a", FURNITURE)).lines) == 0


def test_no_blank_lines_are_left_over() -> None:
    repeated = repeated_in(story(number, FURNITURE) for number in range(5))
    document = Document("a", f"First paragraph.\n\n{FURNITURE}\n\nSecond paragraph.\n\n{FURNITURE}", source="courier")
    assert without(document, repeated).text == "First paragraph.\n\nSecond paragraph."


def test_a_dropped_line_keeps_its_number_and_gets_the_reason() -> None:
    raw = [
        RawDocument(str(n), f"Title {n}\n{story(n).text}\nShare\n{FURNITURE}\n{story(n, source='x').text} End.")
        for n in range(5)
    ]
    found = without_repeated([article for record in raw for article in articles(record)])
    assert [(line.number, line.reason) for line in found[0].dropped] == [(3, Reason.SHARE), (4, Reason.REPEATED)]
    assert found[0].numbers == (2, 5)


OCCURRENCES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), max_size=200)


@given(OCCURRENCES, st.randoms(use_true_random=False))
def test_the_order_of_reading_does_not_matter(found: list[tuple[int, int]], chance: random.Random) -> None:
    def answer(pairs: list[tuple[int, int]]) -> list[int]:
        lines, numbers = (np.array([pair[side] for pair in pairs], dtype=np.uint64) for side in (0, 1))
        return repeated_lines(lines, numbers).tolist()

    shuffled = list(found)
    chance.shuffle(shuffled)
    expected = [
        line
        for line in sorted({line for line, _ in found})
        if len({article for other, article in found if other == line}) >= (20 if line % 2 else 5)
    ]
    assert answer(found) == answer(shuffled) == expected
