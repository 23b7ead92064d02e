"""Raw record → canonical Articles: the only code that ever alters text.

Pure and idempotent: cleaning a cleaned text changes nothing. Nothing but whole lines, credits and counters is taken
away, and what is left stands as it stood: glued words and typos of the source stay, as quotes are exact.
Offsets exist only after this stage, and they point into what it returns.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from .boxes import Box, divide
from .bylines import read_byline, read_names_above_desk, read_reporting, read_signature
from .dates import FOOT_LINES, HEAD_LINES, Dates, read_dates, speaks_of_the_page
from .furniture import is_prose, mark_lines
from .types import Article, Record, digest

# Control characters, format marks that do not show (soft hyphen, zero width, bidirectional overrides), byte order marks.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
LINE_ENDS = re.compile("\r\n|[\r\x0c\x85\u2028\u2029]")
SPACES = re.compile(r"[^\S\n]+")  # every blank but the line end, no-break spaces included
EMPTY_LINES = re.compile(r"\n{3,}")


def clean(record: Record) -> tuple[Article, ...]:
    """The articles that one record holds: the page's own first, then the pieces boxed into it; () for nothing readable."""
    text, boxes, gone = _take_apart(clean_text(record.text))
    if not text:
        return ()
    url = _line(record.url)
    dates, byline = _imprint(text)
    title = _line(record.title) or ""
    if title in gone:  # the page's first line was the site's: its next one may be the headline
        first, _, below = text.partition("\n\n")
        title = first if below and "\n" not in first and not is_prose(first) else ""
    page = Article(
        id=record.id or _identity(record.source, url, text),
        source=record.source,
        text=text,
        title=title,
        byline=_line(record.byline) or byline,
        publisher=_line(record.publisher),
        published=record.published or dates.published,
        updated=record.updated or dates.updated,
        language=record.language,
        url=url,
        removed=gone,
    )
    pieces = (
        replace(page, text=box.text, title=box.heading, byline=box.byline, kind=box.kind, removed=())
        for box in boxes
    )
    return adopt(page, tuple(pieces))


def removed(record: Record) -> tuple[str, ...]:
    """What cleaning takes out of a record: lines of furniture, credits and counters."""
    return _take_apart(clean_text(record.text))[2]


def adopt(page: Article, pieces: Sequence[Article]) -> tuple[Article, ...]:
    """A page and its pieces, known by the page and their headings, so that an edited piece keeps its id."""
    seen: dict[str, int] = {}
    named: list[Article] = []
    for piece in pieces:
        number = seen[piece.title] = seen.get(piece.title, 0) + 1
        name = digest("piece", page.id, piece.title, *([str(number)] if number > 1 else []))[:16]
        named.append(replace(piece, id=name, parent=page.id))
    return (page, *named)


def clean_text(text: str) -> str:
    """One form for the same text: composed characters (NFC), plain blanks and line ends, nothing invisible."""
    text = LINE_ENDS.sub("\n", text)
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", text))
    text = SPACES.sub(" ", text)
    text = re.sub(" ?\n ?", "\n", text)
    return EMPTY_LINES.sub("\n\n", text).strip()


def _take_apart(text: str) -> tuple[str, tuple[Box, ...], tuple[str, ...]]:
    """The page's own text, its boxes, and what was taken out.

    Repeated until nothing changes, as a line may become the page's last one when what stood below it is gone. Each
    round takes something away, so that there is an end; pages need two or three.
    """
    boxes: list[Box] = []
    gone: list[str] = []
    while True:
        lines = mark_lines(text)
        rest, found = divide(lines)
        gone += [part for line in lines if (part := line.removed)]
        for box in found:
            inside, nested, more = _take_apart(box.text)
            boxes += [replace(box, text=inside), *nested]
            gone += more
        if rest == text:
            return text, tuple(boxes), tuple(gone)
        text = rest


def _imprint(text: str) -> tuple[Dates, str | None]:
    """The dates and the byline that a page states of itself, above or below its prose."""
    lines = [line for line in text.split("\n") if line]
    # A headline may read as a sentence: it never ends the head.
    prose = [i for i, line in enumerate(lines) if i and is_prose(line) and not speaks_of_the_page(line)]
    first, last = (prose[0], prose[-1] + 1) if prose else (min(len(lines), HEAD_LINES), len(lines))
    head, foot = lines[: min(first, HEAD_LINES)], lines[last:][-FOOT_LINES:]
    names = [name for line in head if (name := read_byline(line))]
    names += [name for line in head if (name := read_signature(line))]
    names += [name for line, below in pairwise(head[:3]) if (name := read_names_above_desk(line, below))]
    names += [name for line in lines[-FOOT_LINES:] if (name := read_reporting(line))]
    return read_dates(head, lines[first:last], foot), names[0] if names else None


def _line(value: str | None) -> str | None:
    """A field on one line; None when nothing is left."""
    return " ".join(clean_text(value).split()) or None if value else None


def _identity(source: str, url: str | None, text: str) -> str:
    """The URL decides which article this is; else the file; a row of a larger file is known by its content."""
    if url:
        return digest("url", url)[:16]
    if "#" in Path(source).name:
        return digest("text", text)[:16]
    return path_identity(source)


def path_identity(path: str) -> str:
    """The id of an article that nothing but its file's path tells."""
    return digest("file", path)[:16]
