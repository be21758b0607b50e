"""Why a line of a page is no part of its article."""

from enum import StrEnum


class Reason(StrEnum):
    """A closed set; the value is what `hudhud inspect` prints."""

    SCRIPT = "script notice"
    PLAYER = "media player"
    SHARE = "share button"
    FOLLOW = "follow us"
    SUBSCRIPTION = "subscription appeal"
    COPYRIGHT = "copyright"
    COOKIES = "cookie notice"
    CREDIT = "photo credit or caption"
    READ_ALSO = "read-also heading"
    HEADLINE = "read-also headline"
    TITLE = "title"
    REPEATED_TITLE = "repeated title"
    DATE = "date line"
    NAVIGATION = "navigation"
    BYLINE = "byline"
    SOURCE = "source credit"
    ADVERTISEMENT = "advertisement"
    COMMENTS = "comment form"
    TAGS = "tags"
    CONTACT = "contact"
    COUNTER = "counter or separator"
    REPEATED_HERE = "repeated in the page"
    REPEATED = "repeated across the source"
