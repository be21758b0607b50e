"""Links to other articles: a heading "read also", the headlines under it, or a whole second article."""

from collections.abc import Mapping, Sequence

from index.cleaning.lines import Line
from index.cleaning.reasons import Reason
from index.cleaning.titles import stems

_LONGEST_HEADLINE = 140
_FEWEST_WORDS_OF_AN_ARTICLE = 40
_FEWEST_PARAGRAPHS = 2
_SHARED = 0.5  # of the words of a headline, in the paragraph that opens its article
_QUESTIONS_OF_AN_INTERVIEW = 2


def headlines(lines: Sequence[Line], verdicts: Mapping[int, Reason]) -> dict[int, Reason]:
    """The short lines under each heading, up to the next sentence."""
    questions = sum(1 for at, line in enumerate(lines) if line.asks and not line.is_paragraph and at not in verdicts)
    found: dict[int, Reason] = {}
    for heading in (at for at, reason in verdicts.items() if reason is Reason.READ_ALSO):
        if ":" in lines[heading].key[:-1]:
            continue  # the headline stands on the line of the heading
        taken = 0
        for at in range(heading + 1, len(lines)):
            line = lines[at]
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


def second_article(lines: Sequence[Line], verdicts: Mapping[int, Reason]) -> tuple[int, int] | None:
    """Where a heading is followed by a whole article, with one headline of its own: (heading, headline).

    The opening of an article says again what its headline says; text that goes on after a link does not.
    """
    for heading in sorted(at for at, reason in verdicts.items() if reason is Reason.READ_ALSO):
        if ":" in lines[heading].key[:-1]:
            continue
        rest = [at for at in range(heading + 1, len(lines)) if lines[at].text and at not in verdicts]
        if len(rest) > _FEWEST_PARAGRAPHS and _opens(lines, rest):
            before = [at for at in range(heading) if lines[at].is_paragraph and at not in verdicts]
            if before:
                return heading, rest[0]
    return None


def _opens(lines: Sequence[Line], rest: Sequence[int]) -> bool:
    headline, opening = lines[rest[0]], lines[rest[1]]
    paragraphs = [lines[at] for at in rest[1:] if lines[at].is_paragraph]
    if headline.is_paragraph or not opening.is_paragraph or len(headline.text) > _LONGEST_HEADLINE:
        return False
    if len(paragraphs) < _FEWEST_PARAGRAPHS or sum(line.words for line in paragraphs) < _FEWEST_WORDS_OF_AN_ARTICLE:
        return False
    wanted = stems(headline.text)
    return len(wanted & stems(opening.text)) >= _SHARED * len(wanted) > 0
