"""JSONL and CSV → records: each row is an article, and a bad row is named by its number."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from itertools import chain
from typing import IO, Any

from .decode import decode, decode_line
from .sandbox import MAX_ARTICLE_BYTES
from .types import ISO_DATE, SURROGATE, Record, Skipped

FIELDS = ("id", "url", "title", "byline", "publisher", "published", "updated", "language")
MAX_TABLE_BYTES = 128 * 1024 * 1024  # of a table in UTF-16, which is decoded as a whole
DELIMITERS = ",;\t|"


def read_jsonl(source: str, stream: IO[bytes]) -> Iterator[Record | Skipped]:
    """The rows of JSON Lines."""
    empty = True
    for number, (line, length) in enumerate(_lines(stream), start=1):
        place = f"{source}#{number}"
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line  # noqa: PLW2901  the same line, without its mark
        empty = empty and not line.strip()
        if length > MAX_ARTICLE_BYTES:
            yield Skipped(place, f"holds {length:,} bytes; an article has at most {MAX_ARTICLE_BYTES:,}")
            continue
        if line.strip():
            yield _read_line(place, line)
    if empty:
        yield Skipped(source, "holds no rows")


def _lines(stream: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Each line, or the beginning of one that is too long to be an article, with its length in bytes."""
    while line := stream.readline(MAX_ARTICLE_BYTES + 2):
        length = len(line.rstrip(b"\n"))
        while not line.endswith(b"\n") and (more := stream.readline(MAX_ARTICLE_BYTES)):
            length += len(more.rstrip(b"\n"))
            line = line[:1] + more[-1:]  # the rest is of no use
        yield line, length


def _read_line(place: str, line: bytes) -> Record | Skipped:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return Skipped(place, "is not a line of JSON")
    return to_record(place, row) if isinstance(row, dict) else Skipped(place, "is not a JSON object")


def read_csv(source: str, stream: IO[bytes]) -> Iterator[Record | Skipped]:
    """The rows of a table with the names of its columns in the first row, numbered as spreadsheets do."""
    csv.field_size_limit(MAX_ARTICLE_BYTES)
    number, empty = 0, True
    names: list[str] = []
    try:
        for number, row in enumerate(_table(stream), start=1):
            if number == 1:
                names = [name.strip().lower() for name in row]
                if "text" not in names:
                    yield Skipped(
                        source, "its first row names no column 'text', which holds the articles' text"
                    )
                    return
            elif any(value.strip() for value in row):
                empty = False
                yield to_record(f"{source}#{number}", dict(zip(names, row, strict=False)))
    except csv.Error as error:
        yield Skipped(f"{source}#{number + 1}", f"cannot be read as CSV: {error}; nor can the rows below it")
    else:
        if empty:
            yield Skipped(source, "holds no rows")


def _table(stream: IO[bytes]) -> Iterator[list[str]]:
    lines = _text_lines(stream)
    first = next(lines, "")
    # Spreadsheets write a semicolon where the comma is the decimal sign.
    return csv.reader(chain([first] if first else [], lines), delimiter=max(DELIMITERS, key=first.count))


def _text_lines(stream: IO[bytes]) -> Iterator[str]:
    """The lines of a table as text: UTF-16 by its mark, else UTF-8 with single lines in Windows-1252.

    Raises csv.Error at a line that is binary, or longer than an article can be.
    """
    for number, (line, length) in enumerate(_lines(stream), start=1):
        if number == 1 and line.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = decode(line + stream.read(MAX_TABLE_BYTES))
            if text is None:
                raise csv.Error("it is not the UTF-16 that it begins as")
            yield from StringIO(text, newline="")
            return
        if length > MAX_ARTICLE_BYTES:
            raise csv.Error(f"line {number} holds {length:,} bytes, an article at most {MAX_ARTICLE_BYTES:,}")
        decoded = None if b"\0" in line else decode_line(line)
        if decoded is None:
            raise csv.Error(f"line {number} is binary, or in an encoding that is not known")
        yield decoded.removeprefix("\ufeff") if number == 1 else decoded


def to_record(place: str, row: dict[str, Any]) -> Record | Skipped:
    """A row as a record; Skipped with what is wrong with it."""
    wrong = _wrong_field(row)
    if wrong:
        return Skipped(place, wrong)
    fields = {name: row[name] or None for name in FIELDS if name in row}
    return Record(source=fields.get("url") or place, text=row["text"], **fields)


def _wrong_field(row: dict[str, Any]) -> str | None:
    """What is wrong with a row, in words; None when nothing is."""
    if not isinstance(row.get("text"), str) or not row["text"].strip():
        return "needs the field 'text' with the article's text"
    for name in FIELDS:
        if not isinstance(row.get(name), str | None):
            return f"the field {name!r} must be text, not {type(row[name]).__name__}"
    for name in ("published", "updated"):
        if row.get(name) and not ISO_DATE.fullmatch(row[name]):
            return f"the field {name!r} must be an ISO 8601 date such as 2025-08-29, not {row[name]!r}"
    if any(SURROGATE.search(value) for value in row.values() if isinstance(value, str)):
        return "holds half of a surrogate pair, which is no character"
    return None
