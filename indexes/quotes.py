"""Where a text quotes: the quotations of an article, exact, over paragraphs and whether they are closed or not.

A quotation that runs over paragraphs is opened again in each and closed once; so it has a part in each, and all but the
first go on. Pages that lost their paragraphs do the same within a line. Where a quotation is never closed, it ends
before the first sentence that tells of somebody speaking, else with its paragraph. What a quotation quotes itself is a
part of it.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .types import Span

PARAGRAPH = re.compile(r"[^\n]+")
_DOUBLE = re.compile("[\"“”„«»]|''|``")
_OPENING = "“„«``"
_CLOSING = "”»''"
# ‘…’ and '…': opened before a letter after a blank, closed after a letter or a stop before none.
_SINGLE_OPEN = re.compile(r"(?<![\w’'])[‘'](?=[^\W_])(?!\d0s\b)(?!(?:em|til|tis|twas|cause|n)\b)")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?…])[’'](?![\w’'])")
_TELLS = re.compile(
    r"(?<!\bI )(?<!\b[Ww]e )(?<!\b[Yy]ou )(?<!\b[Tt]hey )(?<!I have )\b(?:said|added|told (?!me|us|you|him|her))\b"
)
_SENTENCE_END = re.compile(r"[.!?…]+[)’'\]]*\s+(?=[^\W\d_a-z\"“])")


@dataclass(frozen=True, slots=True)
class Quotation:
    """What stands between two marks, the marks not included."""

    span: Span  # of the words
    outer: Span  # with the marks that are there
    goes_on: bool = False  # the one before was left open, and this continues it
    closed: bool = True


def quotations(text: str) -> tuple[Quotation, ...]:
    """The quotations of a text in order; none overlaps another."""
    found: list[Quotation] = []
    left_open = False
    for paragraph in PARAGRAPH.finditer(text):
        here = list(_of_paragraph(text, paragraph.start(), paragraph.end(), left_open=left_open))
        found += here
        left_open = (
            bool(here)
            and not here[-1].closed
            and here[-1].span.end >= _stripped_end(text, paragraph.start(), paragraph.end())
        )
    return tuple(found)


def _stripped_end(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def _of_paragraph(text: str, start: int, end: int, *, left_open: bool) -> Iterator[Quotation]:
    opened: int | None = None
    inner = nested = 0
    goes_on = False
    marked = False
    free = start  # the first character that no quotation holds
    for mark in _DOUBLE.finditer(text, start, end):
        marked = True
        opens = _opens(text, mark, start, end, inside=opened is not None)
        if opened is None:
            if opens:
                yield from _single(text, free, mark.start())
                first = not text[start : mark.start()].strip()
                opened, inner, goes_on = mark.start(), mark.end(), goes_on or (left_open and first)
            continue
        if nested and not opens:
            nested -= 1
            continue
        if opens and mark.group() in _OPENING and _holds(text, mark.end(), end):
            nested += 1
            continue
        if opens:  # opened again: the paragraphs were joined, or the one before was never closed
            part = _unclosed(text, opened, inner, mark.start(), goes_on=goes_on)
            if part is not None:
                yield part
            goes_on = part is not None and part.span.end >= _stripped_end(text, inner, mark.start())
            opened, inner = mark.start(), mark.end()
            continue
        yield from _made(text, opened, inner, mark.start(), mark.end(), goes_on=goes_on)
        opened, goes_on, free = None, False, mark.end()
    if opened is not None:
        part = _unclosed(text, opened, inner, end, goes_on=goes_on)
        if part is not None:
            yield part
    else:
        yield from _single(text, free if marked else start, end)


def _holds(text: str, start: int, end: int) -> bool:
    """Whether what is opened at an offset, inside of a quotation, and the quotation itself are both closed: “a “b” c”."""
    marks = [m.group() for m in itertools.islice(_DOUBLE.finditer(text, start, end), 2)]
    return len(marks) == 2 and all(m in _CLOSING for m in marks)


def _opens(text: str, mark: re.Match[str], start: int, end: int, *, inside: bool) -> bool:
    """Whether a mark opens; a straight one does after a blank and before a letter."""
    sign = mark.group()
    if sign in ("“", "„", "«", "``"):
        return True
    if sign in ("”", "»", "''"):
        return False
    before = text[mark.start() - 1] if mark.start() > start else " "
    after = text[mark.end()] if mark.end() < end else " "
    if after.isspace():
        return False
    if before.isspace() or before in "([{—–-":
        return not (inside and not (after.isalnum() or after in "([‘'’£$€….*<"))
    return not inside and (after.isalnum() or after in "‘'[($£€") and before in ",:;.—–-("


def _made(text: str, outer: int, inner: int, stop: int, end: int, *, goes_on: bool) -> Iterator[Quotation]:
    first = inner + len(text[inner:stop]) - len(text[inner:stop].lstrip())
    last = inner + len(text[inner:stop].rstrip())
    if first < last:
        yield Quotation(Span(first, last), Span(outer, end), goes_on)


def _unclosed(text: str, outer: int, inner: int, stop: int, *, goes_on: bool) -> Quotation | None:
    """What a mark opened and none closed, to the first sentence in which somebody is told to speak."""
    last = _stripped_end(text, inner, stop)
    for border in _SENTENCE_END.finditer(text, inner, stop):
        following = _SENTENCE_END.search(text, border.end(), stop)
        if _TELLS.search(text, border.end(), following.end() if following else stop):
            last = _stripped_end(text, inner, border.end())
            break
    first = inner + len(text[inner:last]) - len(text[inner:last].lstrip())
    return Quotation(Span(first, last), Span(outer, last), goes_on, closed=False) if first < last else None


def _single(text: str, start: int, end: int) -> Iterator[Quotation]:
    """The quotations in single marks between start and end."""
    place = start
    while opened := _SINGLE_OPEN.search(text, place, end):
        closed = _closing(text, opened.end(), end)
        if closed is None:
            place = opened.end()
            continue
        yield from _made(text, opened.start(), opened.end(), closed, closed + 1, goes_on=False)
        place = closed + 1


def _closing(text: str, start: int, end: int) -> int | None:
    """The mark that closes: not the apostrophe of "players' hands" when another can close."""
    candidates = [m.start() for m in _SINGLE_CLOSE.finditer(text, start, end)]
    again = _SINGLE_OPEN.search(text, start, end)
    if again:
        candidates = [c for c in candidates if c < again.start()] or candidates[:1]
    for place in candidates:
        possessive = text[place - 1] == "s" and re.match(r"\s+[a-z]", text[place + 1 : place + 4])
        if not possessive or len(candidates) == 1:
            return place
    return candidates[-1] if candidates else None
