"""Links to other articles: a heading "read also", the headlines under it, or a whole second article."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from index.cleaning.lines import Line
from index.cleaning.reasons import Reason
from index.cleaning.titles import stems

_LONGEST_HEADLINE = 140
_BEGIN_ANEW = (Reason.READ_ALSO, Reason.TITLE)
_FEWEST_WORDS_OF_AN_ARTICLE = 40
_LONGEST_LABEL = 3  # words
_FEWEST_PARAGRAPHS = 2
_SHARED = 0.5  # of the words of a headline, in the paragraph that opens its article
_QUESTIONS_OF_AN_INTERVIEW = 2


def headlines(lines: Sequence[Line], verdicts: Mapping[int, Reason]) -> dict[int, Reason]:
    """The short lines under each heading, up to the next sentence, heading or title."""
    questions = sum(1 for at, line in enumerate(lines) if line.asks and not line.is_paragraph and at not in verdicts)
    found: dict[int, Reason] = {}
    for heading in _headings(lines, verdicts):
        taken = 0
        for at in range(heading + 1, len(lines)):
            line = lines[at]
            if verdicts.get(at) in _BEGIN_ANEW:
                break
            if not line.text or at in verdicts:
                continue
            is_question = line.asks and not line.is_paragraph
            if len(line.text) > _LONGEST_HEADLINE or (line.stops and not is_question) or line.is_paragraph:
                break
            if is_question and taken and questions > _QUESTIONS_OF_AN_INTERVIEW:
                break  # the next question of an interview
            found[at] = Reason.HEADLINE
            taken += 1
    return found


def labels(lines: Sequence[Line], verdicts: Mapping[int, Reason]) -> dict[int, Reason]:
    """The few words on each of the lines below a heading such as "Tags"."""
    found: dict[int, Reason] = {}
    for heading in (at for at, why in verdicts.items() if why is Reason.TAGS and lines[at].words <= _LONGEST_LABEL):
        for at in range(heading + 1, len(lines)):
            line = lines[at]
            if at in verdicts or (line.text and (line.stops or line.words > _LONGEST_LABEL)):
                break
            if line.text:
                found[at] = Reason.TAGS
    return found


def second_article(lines: Sequence[Line], verdicts: Mapping[int, Reason]) -> tuple[int, int] | None:
    """Where a heading is followed by a whole article, with one headline of its own: (heading, headline).

    The opening of an article says again what its headline says; text that goes on after a link does not.
    """
    left = [at for at, line in enumerate(lines) if line.text and at not in verdicts]
    paragraphs = [at for at in left if lines[at].is_paragraph]
    for heading in _headings(lines, verdicts):
        here = bisect_left(left, heading)
        if not paragraphs or not paragraphs[0] < heading or len(left) - here < 1 + _FEWEST_PARAGRAPHS:
            continue
        own = paragraphs[bisect_left(paragraphs, heading) :]
        if len(own) >= _FEWEST_PARAGRAPHS and own[0] == left[here + 1] and _opens(lines[left[here]], lines[own[0]]):
            words = sum(lines[at].words for at in own)
            return (heading, left[here]) if words >= _FEWEST_WORDS_OF_AN_ARTICLE else None
    return None


def _headings(lines: Sequence[Line], verdicts: Mapping[int, Reason]) -> list[int]:
    """Headings that stand alone, without a headline on the same line."""
    return sorted(at for at, why in verdicts.items() if why is Reason.READ_ALSO and ":" not in lines[at].key[:-1])


def _opens(headline: Line, opening: Line) -> bool:
    """Whether a paragraph says again what a headline says."""
    if headline.is_paragraph or len(headline.text) > _LONGEST_HEADLINE:
        return False
    wanted = stems(headline.text)
    return len(wanted & stems(opening.text)) >= _SHARED * len(wanted) > 0
