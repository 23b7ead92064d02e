"""Raw record → canonical Articles: the only code that ever alters text.

Pure and idempotent: cleaning a cleaned text changes nothing.
Offsets exist only after this stage, and they point into what it returns.
"""

import re
import unicodedata
from pathlib import Path

from .types import Article, Record, digest

# Control characters, format marks that do not show (soft hyphen, zero width, bidirectional overrides), byte order marks.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
LINE_ENDS = re.compile("\r\n|[\r\x0c\x85\u2028\u2029]")
SPACES = re.compile(r"[^\S\n]+")  # every blank but the line end, no-break spaces included
EMPTY_LINES = re.compile(r"\n{3,}")


def clean(record: Record) -> tuple[Article, ...]:
    """The articles that one record holds; () when nothing readable is left."""
    text = clean_text(record.text)
    if not text:
        return ()
    url = _line(record.url)
    return (
        Article(
            id=record.id or _identity(record.source, url, text),
            source=record.source,
            text=text,
            title=_line(record.title) or "",
            byline=_line(record.byline),
            publisher=_line(record.publisher),
            published=record.published,
            updated=record.updated,
            language=record.language,
            url=url,
        ),
    )


def clean_text(text: str) -> str:
    """One form for the same text: composed characters (NFC), plain blanks and line ends, nothing invisible."""
    text = LINE_ENDS.sub("\n", text)
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", text))
    text = SPACES.sub(" ", text)
    text = re.sub(" ?\n ?", "\n", text)
    return EMPTY_LINES.sub("\n\n", text).strip()


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
