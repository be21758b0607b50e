"""What a file says of its own language, believed when its text bears it out: many templates say `en` over Urdu."""

import regex

from index.languages import detect, partition

_TAG = regex.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def believed(declared: str, text: str) -> str:
    """The language tag that is declared, or "" when it is none or the text is in another language.

    >>> believed("ar-EG", "أعلن الوزير افتتاح المدرسة"), believed("en", "أعلن الوزير افتتاح المدرسة")
    ('ar-EG', '')
    """
    declared = declared.strip()
    if not _TAG.fullmatch(declared):
        return ""
    return declared if partition(declared) == partition(detect(text)) else ""
