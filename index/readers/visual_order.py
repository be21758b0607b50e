"""Characters in the order in which they stand on a line, left to right → the order in which they are read.

A line of Arabic or Urdu on paper has its words from right to left, but its numbers and Latin words from
left to right: what the Unicode bidirectional algorithm (UAX #9) did to lay it out is undone here. Where a
program drew the letters the wrong way round, as those do that know nothing of Arabic, the line is left as it stands.
"""

from collections.abc import Iterator, Sequence

import regex

_ARABIC = regex.compile(r"[\p{Script=Arabic}--[\p{N}\p{P}]]", regex.V1)
_LATIN = regex.compile(r"[\p{L}--\p{Script=Arabic}]", regex.V1)
_NUMBER = r"\p{Nd}(?:[.,:/٫٬]?\p{Nd})*"
# What stays in its order within a line from right to left: Latin words with what is between them, and numbers.
_KEPT = regex.compile(
    rf"[\p{{L}}--\p{{Script=Arabic}}](?:[^\p{{Script=Arabic}}]*[\p{{L}}\p{{Nd}}--\p{{Script=Arabic}}])?[\p{{M}}%]*|{_NUMBER}",
    regex.V1,
)
# What is turned round within a line from left to right.
_TURNED = regex.compile(r"[\p{Script=Arabic}--\p{N}](?:[^\p{L}]*(?:\p{Script=Arabic}))*\p{M}*", regex.V1)
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_OPEN, _CLOSE = "([{«", ")]}»"
# Final letters end words and never begin them; alef and lam begin many words and end few.
_FINAL = "ةىےںﮮﮯﮟﺓﺔﻯﻰ"
_COMMON = frozenset("في من على إلى أن إن عن مع هذا التي الذي قال کے کی کا میں ہے نے اور سے کو پر اس یہ تھا ہیں".split())


def logical(lines: Sequence[str]) -> list[str]:
    """The lines of a page as they are read, given as they stand on it.

    >>> logical(["BBC قفو 15 موي"])
    ['يوم 15 وفق BBC']
    """
    text = "".join(lines)
    arabic = len(_ARABIC.findall(text))
    if not arabic:
        return list(lines)
    rightward = len(_LATIN.findall(text)) <= arabic
    found = [_read(line, rightward) for line in lines]
    return found if _order(found) >= 0 else [_balanced(line) for line in lines]


def _read(line: str, page_from_right: bool) -> str:
    """A line as it is read; one without letters goes the way of its page."""
    arabic, latin = len(_ARABIC.findall(line)), len(_LATIN.findall(line))
    from_right = page_from_right if arabic and latin and page_from_right else arabic > latin
    if from_right:
        return _balanced(_from_right(line))
    return _TURNED.sub(lambda found: _balanced(_from_right(found[0])), line) if arabic else line


def _from_right(line: str) -> str:
    return "".join(reversed(list(_pieces(line))))


def _pieces(line: str) -> Iterator[str]:
    """What keeps its order, and single characters, brackets among them mirrored; marks stay behind their letters."""
    position = 0
    for kept in _KEPT.finditer(line):
        yield from _single(line[position : kept.start()])
        yield kept[0]
        position = kept.end()
    yield from _single(line[position:])


def _single(text: str) -> Iterator[str]:
    yield from regex.findall(r"\X", text.translate(_MIRRORED))


def _balanced(line: str) -> str:
    """Brackets turned when they stand back to back: some programs write which one was meant, not which one is seen."""
    return line.translate(_MIRRORED) if _matched(line.translate(_MIRRORED)) > _matched(line) else line


def _matched(line: str) -> int:
    """How many brackets are closed after they were opened, less those that are not."""
    score = 0
    waiting: list[str] = []
    for character in line:
        if character in _OPEN:
            waiting.append(_CLOSE[_OPEN.index(character)])
        elif character in _CLOSE:
            score += 1 if waiting and waiting.pop() == character else -1
    return score - len(waiting)


def _order(lines: Sequence[str]) -> int:
    """Above 0 when the words look as they are read, below when each is the wrong way round."""
    score = 0
    for word in (word for line in lines for word in line.split() if _ARABIC.match(word)):
        plain = word.strip("،۔؛؟.:!()[]«»\"'")
        turned = plain[::-1]
        score += 2 * ((plain in _COMMON) - (turned in _COMMON))
        score += (plain[-1:] in _FINAL) - (plain[:1] in _FINAL) if len(plain) > 1 else 0
        score += (plain.startswith("ال") - turned.startswith("ال")) if len(plain) > 3 else 0
    return score
