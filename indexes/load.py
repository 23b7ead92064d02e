"""Files and folders → raw records, or which one is bad and why.

Nothing is altered here but the encoding: bytes become text.
A bad file or line is reported as Skipped and the rest goes on.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from gzip import BadGzipFile
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

import yaml

from .archives import DAMAGE, MAX_UNPACKED, Room, open_archive, unzipped
from .decode import decode
from .errors import in_words
from .rows import FIELDS, read_csv, read_jsonl
from .sandbox import MAX_ARTICLE_BYTES, Sandbox
from .types import ISO_DATE, MAX_TITLE_CHARS, Original, Record, Skipped, digest

SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".pdf": "pdf",
    ".docx": "docx",
    ".eml": "eml",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
    ".zip": "zip",
}
KNOWN = f"{', '.join(SUFFIXES)}, and each of them but .zip as .gz"
DOCUMENTS = ("pdf", "docx", "eml", "mhtml")  # hold pictures beside their text
MAX_DOCUMENT_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that may hold articles, with what its directory entry says."""

    path: Path  # absolute, symbolic links resolved
    size: int  # bytes
    mtime_ns: int

    @property
    def kind(self) -> str | None:
        """What its suffix says it is; None when that is not read."""
        return kind_of(self.path.name)


def kind_of(name: str) -> str | None:
    """What the suffix of a name says that a file is; None when that is not read."""
    path = PurePosixPath(name.lower())
    if path.suffix != ".gz":
        return SUFFIXES.get(path.suffix)
    kind = SUFFIXES.get(PurePosixPath(path.stem).suffix)
    return None if kind == "zip" else kind


def is_url(source: object) -> bool:
    """Whether a source is a web address and no file."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


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
            yield Skipped(str(source), f"cannot be opened: {in_words(error)}; check the path")
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
            yield Skipped(str(source), f"holds no files; put articles there ({KNOWN})")


def read_records(file: SourceFile, stream: IO[bytes], sandbox: Sandbox) -> Iterator[Record | Skipped]:
    """The records in one file, which is open for reading at its beginning."""
    yield from _read(Opened(str(file.path), file.path.name, stream, file.size), sandbox)


def read_fetched(page: Original, sandbox: Sandbox) -> Iterator[Record | Skipped]:
    """The records in what a server answered. An article that has no address of its own has the page's."""
    whole = Opened(page.source, page.kind, BytesIO(page.content), len(page.content), page)
    for item in _read(whole, sandbox):
        if isinstance(item, Record) and item.source == page.source and item.url is None:
            yield replace(item, url=page.url)
        else:
            yield item


@dataclass(frozen=True, slots=True)
class Opened:
    """A file, a member of an archive or an answer of a server, open for reading."""

    source: str
    name: str  # its suffix tells what it is
    stream: IO[bytes]
    size: int  # bytes
    fetched: Original | None = None


def _read(opened: Opened, sandbox: Sandbox, room: Room | None = None) -> Iterator[Record | Skipped]:
    """The records in one file, which may stand in an archive that has so much room left."""
    kind = opened.fetched.kind if opened.fetched else kind_of(opened.name)
    stream = opened.stream
    try:
        if opened.name.lower().endswith(".gz"):
            stream = unzipped(stream)
        if kind == "jsonl":
            yield from read_jsonl(opened.source, stream)
        elif kind == "csv":
            yield from read_csv(opened.source, stream)
        elif kind == "zip":
            yield from _read_zip(opened, sandbox, room)
        elif kind is not None:
            yield from _read_whole(opened, kind, stream, sandbox)
        else:
            yield Skipped(opened.source, _unknown(opened.name))
    except DAMAGE as error:
        # A disk, or a system without memory, may do better next time; damage in the file stays.
        passing = isinstance(error, OSError) and not isinstance(error, BadGzipFile)
        yield Skipped(opened.source, f"is damaged, or cannot be read: {in_words(error)}", passing)


def _read_whole(opened: Opened, kind: str, stream: IO[bytes], sandbox: Sandbox) -> Iterator[Record | Skipped]:
    most = MAX_DOCUMENT_BYTES if kind in DOCUMENTS else MAX_ARTICLE_BYTES
    content = b"" if opened.size > most else stream.read(most + 1)
    size = max(opened.size, len(content))
    if size > most:
        yield Skipped(
            opened.source,
            f"holds {size:,} bytes; {'a document' if kind in DOCUMENTS else 'an article'} has at most {most:,}",
        )
    elif not content.strip():
        yield Skipped(opened.source, "is empty")
    elif kind in ("text", "markdown"):
        yield _read_text(opened, kind, content)
    else:
        yield from sandbox.parse(opened.fetched or Original(opened.source, kind, content))


def _read_zip(opened: Opened, sandbox: Sandbox, room: Room | None) -> Iterator[Record | Skipped]:
    """The records of every file in an archive, and in the archives in it; not in those within them."""
    inside = room is not None
    stream = BytesIO(opened.stream.read(MAX_DOCUMENT_BYTES)) if inside else opened.stream
    room = room or Room(MAX_UNPACKED)
    archive = open_archive(opened.source, stream, opened.size, room)
    if isinstance(archive, Skipped):
        yield archive
        return
    for member in archive.files:
        if isinstance(member, Skipped):
            yield member
            continue
        place = f"{opened.source}#{member.name}"
        if kind_of(member.name) == "zip" and inside:
            yield Skipped(place, "is an archive in an archive in an archive; unpack it")
            continue
        for item in _read(Opened(place, member.name, member.stream, member.size), sandbox, room):
            yield _known_by_text(item, place)


def _known_by_text(item: Record | Skipped, place: str) -> Record | Skipped:
    """What only its place in an archive would tell is known by its text: the archive may move."""
    if isinstance(item, Record) and item.source == place and not item.id and not item.url:
        return replace(item, id=digest("text", item.text)[:16])
    return item


def _read_text(opened: Opened, kind: str, content: bytes) -> Record | Skipped:
    text = decode(content, opened.fetched.encoding if opened.fetched else None)
    if text is None:
        return Skipped(opened.source, "is binary, or in an encoding that is not known; save it as UTF-8 text")
    if not text.strip():
        return Skipped(opened.source, "is empty")
    if kind == "markdown":
        return _read_markdown(opened.source, text)
    return Record(source=opened.source, text=text, title=_first_line_title(text))


def _walk(root: Path) -> Iterator[Path | Skipped]:
    """Files under a folder, sorted; a link back into a folder already walked ends there."""
    folders: set[Path] = {root}
    stack = [root]
    while stack:
        folder = stack.pop()
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            yield Skipped(str(folder), f"cannot be listed: {in_words(error)}")
            continue
        deeper: list[Path] = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                path = entry.resolve(strict=True) if entry.is_symlink() else entry
                is_folder = path.is_dir()
            except (OSError, RuntimeError) as error:
                yield Skipped(str(entry), f"cannot be followed: {in_words(error)}")
                continue
            if not is_folder:
                yield path
            elif path not in folders and not _is_companion(entry):
                folders.add(path)
                deeper.append(path)
        stack.extend(reversed(deeper))


def _is_companion(folder: Path) -> bool:
    """Whether a browser made this folder beside a page that it saved: for its pictures, styles and scripts."""
    name = folder.name.removesuffix("_files")
    return name != folder.name and any(
        folder.with_name(name + suffix).exists() for suffix in (".html", ".htm")
    )


def _inspect(path: Path) -> SourceFile | Skipped:
    name = str(path).encode("utf-8", "backslashreplace").decode()
    if name != str(path):
        return Skipped(name, "its name is not UTF-8; rename it")
    try:
        status = path.stat()
    except OSError as error:
        return Skipped(str(path), f"cannot be opened: {in_words(error)}")
    if not stat.S_ISREG(status.st_mode):
        return Skipped(str(path), "is not a regular file")
    file = SourceFile(path, status.st_size, status.st_mtime_ns)
    if file.kind is None:
        return Skipped(str(path), _unknown(path.name))
    if not os.access(path, os.R_OK):
        return Skipped(str(path), "may not be read; check its permissions")
    return file


def _read_markdown(path: str, text: str) -> Record | Skipped:
    """Markdown with an optional YAML front matter between two lines of three dashes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    fields: dict[str, str | None] = {}
    if text.startswith("---\n") and (end := text.find("\n---\n", 3)) > 0:
        try:
            front = yaml.safe_load(text[4 : end + 1])
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            return Skipped(path, f"its front matter is not YAML: {in_words(error)}")
        if isinstance(front, dict):
            text = text[end + 5 :]
            fields = {name: _front_value(front[name]) for name in FIELDS if front.get(name) is not None}
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


def _unknown(name: str) -> str:
    return f"{PurePosixPath(name).suffix or 'a file without suffix'} is not read; known are {KNOWN}"
