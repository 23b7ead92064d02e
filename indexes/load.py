"""Files and folders → raw records, or which one is bad and why.

Nothing is altered here but the encoding: bytes become text.
A bad file or line is reported as Skipped and the rest goes on.
"""

import json
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .types import ISO_DATE, Record, Skipped

SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
MAX_ARTICLE_BYTES = (
    32 * 1024 * 1024
)  # a text file or a JSONL line beyond this is no article: War and Peace has 3 MB
MAX_TITLE_CHARS = 300  # a longer first line is a paragraph
ROW_FIELDS = ("id", "url", "title", "byline", "publisher", "published", "updated", "language")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that may hold articles, with what its directory entry says."""

    path: Path  # absolute, symbolic links resolved
    size: int  # bytes
    mtime_ns: int

    @property
    def kind(self) -> str | None:
        """text, markdown or jsonl; None when the suffix is not one that is read."""
        return SUFFIXES.get(self.path.suffix.lower())


def find_files(sources: Iterable[str | Path]) -> Iterator[SourceFile | Skipped]:
    """Every file under the sources once, in a stable order; hidden files and folders are passed over."""
    seen: set[Path] = set()
    for source in sources:
        given = Path(source)
        try:
            root = given.expanduser().resolve()
            is_folder = stat.S_ISDIR(root.stat().st_mode)
        except FileNotFoundError:
            yield Skipped(str(source), "no such file or folder; check the path")
            continue
        except (OSError, RuntimeError, ValueError) as error:
            yield Skipped(str(source), f"cannot be opened: {_plain(error)}; check the path")
            continue
        empty = True
        for path in _walk(root) if is_folder else iter([root]):
            empty = False
            if isinstance(path, Skipped):
                yield path
            elif path not in seen:
                seen.add(path)
                yield _inspect(path)
        if empty:
            yield Skipped(str(source), f"holds no files; put articles there ({', '.join(SUFFIXES)})")


def read_records(file: SourceFile, content: bytes) -> Iterator[Record | Skipped]:
    """The records in one file's content."""
    if file.kind == "jsonl":
        yield from _read_rows(str(file.path), content)
    elif len(content) > MAX_ARTICLE_BYTES:
        yield Skipped(
            str(file.path), f"holds {len(content):,} bytes; an article has at most {MAX_ARTICLE_BYTES:,}"
        )
    else:
        text = decode(content)
        if text is None:
            yield Skipped(
                str(file.path), "is binary, or in an encoding that is not known; save it as UTF-8 text"
            )
        elif not text.strip():
            yield Skipped(str(file.path), "is empty")
        elif file.kind == "markdown":
            yield _read_markdown(str(file.path), text)
        else:
            yield Record(source=str(file.path), text=text, title=_first_line_title(text))


def decode(content: bytes) -> str | None:
    """Bytes → text: by byte order mark, else UTF-8, with single lines in Windows-1252; None for binary data.

    Pages are glued together from several sources, so one file may hold both encodings.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            text = _decode_strictly(content.removeprefix(mark) if encoding == "utf-8" else content, encoding)
            if text is not None:
                return text
    if b"\0" in content:
        return None
    whole = _decode_strictly(content, "utf-8")
    if whole is not None:
        return whole
    lines: list[str] = []
    for line in content.split(b"\n"):
        text = _decode_strictly(line, "utf-8")
        if text is None:
            text = _decode_strictly(line, "cp1252")
        if text is None:
            return None
        lines.append(text)
    text = "\n".join(lines)
    controls = sum(1 for c in text if c < " " and c not in "\t\n\r\f")
    return None if controls > len(text) / 100 else text


def _decode_strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _walk(root: Path) -> Iterator[Path | Skipped]:
    """Files under a folder, sorted; a link back into a folder already walked ends there."""
    folders: set[Path] = {root}
    stack = [root]
    while stack:
        folder = stack.pop()
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            yield Skipped(str(folder), f"cannot be listed: {_plain(error)}")
            continue
        deeper: list[Path] = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                path = entry.resolve(strict=True) if entry.is_symlink() else entry
                is_folder = path.is_dir()
            except (OSError, RuntimeError) as error:
                yield Skipped(str(entry), f"cannot be followed: {_plain(error)}")
                continue
            if not is_folder:
                yield path
            elif path not in folders:
                folders.add(path)
                deeper.append(path)
        stack.extend(reversed(deeper))


def _inspect(path: Path) -> SourceFile | Skipped:
    name = str(path).encode("utf-8", "backslashreplace").decode()
    if name != str(path):
        return Skipped(name, "its name is not UTF-8; rename it")
    try:
        status = path.stat()
    except OSError as error:
        return Skipped(str(path), f"cannot be opened: {_plain(error)}")
    if not stat.S_ISREG(status.st_mode):
        return Skipped(str(path), "is not a regular file")
    file = SourceFile(path, status.st_size, status.st_mtime_ns)
    if file.kind is None:
        return Skipped(
            str(path),
            f"{path.suffix or 'a file without suffix'} is not read; known are {', '.join(SUFFIXES)}",
        )
    if not os.access(path, os.R_OK):
        return Skipped(str(path), "may not be read; check its permissions")
    return file


def _read_rows(path: str, content: bytes) -> Iterator[Record | Skipped]:
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield _read_row(f"{path}#{number}", line)


def _read_row(place: str, line: bytes) -> Record | Skipped:
    if len(line) > MAX_ARTICLE_BYTES:
        return Skipped(place, f"holds {len(line):,} bytes; an article has at most {MAX_ARTICLE_BYTES:,}")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return Skipped(place, "is not a line of JSON")
    if not isinstance(row, dict):
        return Skipped(place, "is not a JSON object")
    wrong = _wrong_field(row)
    if wrong:
        return Skipped(place, wrong)
    fields = {name: row[name] or None for name in ROW_FIELDS if name in row}
    return Record(source=fields.get("url") or place, text=row["text"], **fields)


def _wrong_field(row: dict[str, Any]) -> str | None:
    """What is wrong with a row, in words; None when nothing is."""
    if not isinstance(row.get("text"), str) or not row["text"].strip():
        return "needs the field 'text' with the article's text"
    for name in ROW_FIELDS:
        if not isinstance(row.get(name), str | None):
            return f"the field {name!r} must be text, not {type(row[name]).__name__}"
    for name in ("published", "updated"):
        if row.get(name) and not ISO_DATE.fullmatch(row[name]):
            return f"the field {name!r} must be an ISO 8601 date such as 2025-08-29, not {row[name]!r}"
    if any(0xD800 <= ord(c) <= 0xDFFF for value in row.values() if isinstance(value, str) for c in value):
        return "holds half of a surrogate pair, which is no character"
    return None


def _read_markdown(path: str, text: str) -> Record | Skipped:
    """Markdown with an optional YAML front matter between two lines of three dashes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    fields: dict[str, str | None] = {}
    if text.startswith("---\n") and (end := text.find("\n---\n", 3)) > 0:
        try:
            front = yaml.safe_load(text[4 : end + 1])
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            return Skipped(path, f"its front matter is not YAML: {' '.join(str(error).split())[:120]}")
        if isinstance(front, dict):
            text = text[end + 5 :]
            fields = {name: _front_value(front[name]) for name in ROW_FIELDS if front.get(name) is not None}
    if not text.strip():
        return Skipped(path, "has no text below its front matter")
    for name in ("published", "updated"):
        value = fields.get(name)
        if value and not ISO_DATE.fullmatch(value):
            return Skipped(path, f"{name} must be an ISO 8601 date such as 2025-08-29, not {value!r}")
    if not fields.get("title"):
        first = text.lstrip().split("\n", 1)[0]
        fields["title"] = first.lstrip("# ").strip() if first.startswith("#") else _first_line_title(text)
    return Record(source=path, text=text, **fields)


def _front_value(value: object) -> str:
    """YAML reads 2025-08-29 as a date and may read a title as a number; a list of authors becomes one byline."""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)


def _first_line_title(text: str) -> str | None:
    """The first line, when an empty line sets it off from the text below and it is short enough for a headline."""
    lines = text.strip().splitlines()
    if len(lines) >= 3 and not lines[1].strip() and len(lines[0].strip()) <= MAX_TITLE_CHARS:
        return lines[0].strip()
    return None


def _plain(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
