"""The catalogue's tables, its format number, and how a connection is made."""

import os
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from json import dumps, loads
from pathlib import Path
from typing import Any

from .errors import IndexDamaged, IndexMismatch
from .types import Article, Recipe

FORMAT = 3
REPAIR = "run: qa check --repair; if that does not help, delete the folder and index again"
DRAFT = "new.sqlite3"  # a catalogue that is being made
APPLICATION_ID = 0x51A0_0001  # marks the file as ours in SQLite's header

TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files(
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL, seen_ns INTEGER NOT NULL,
    skipped TEXT NOT NULL -- JSON: what in it did not become an article, and why
) WITHOUT ROWID;
CREATE INDEX files_by_digest ON files(digest);
-- Every edition that was ever indexed, until it is purged: a saved citation can be checked against it.
CREATE TABLE editions(
    number INTEGER PRIMARY KEY, article_id TEXT NOT NULL, edition TEXT NOT NULL, source TEXT NOT NULL, file TEXT,
    title TEXT NOT NULL, byline TEXT, publisher TEXT, published TEXT, updated TEXT, language TEXT, kind TEXT NOT NULL,
    parent TEXT, url TEXT,
    sentences BLOB NOT NULL, -- uint32 pairs: start and end of each sentence
    text TEXT NOT NULL,
    removed TEXT NOT NULL, -- JSON: what cleaning took from the page
    UNIQUE(article_id, edition)
);
CREATE INDEX editions_by_file ON editions(file);
CREATE INDEX editions_by_parent ON editions(parent) WHERE parent IS NOT NULL;
CREATE TABLE articles(id TEXT PRIMARY KEY, edition INTEGER NOT NULL REFERENCES editions(number)) WITHOUT ROWID;
-- Numbers are never used again (AUTOINCREMENT): the projection knows a passage by its number alone.
CREATE TABLE passages(
    number INTEGER PRIMARY KEY AUTOINCREMENT, edition INTEGER NOT NULL REFERENCES editions(number),
    start INTEGER NOT NULL, end INTEGER NOT NULL,
    vector BLOB NOT NULL -- float16
);
CREATE INDEX passages_by_edition ON passages(edition);
CREATE VIRTUAL TABLE words USING fts5(title, text, content='', tokenize='porter unicode61 remove_diacritics 2');
-- What the projection has yet to apply: passages that came and went, in order.
CREATE TABLE changes(seq INTEGER PRIMARY KEY AUTOINCREMENT, passage INTEGER NOT NULL, added INTEGER NOT NULL);
"""
# Who says what in an edition, as JSON: start, end, whether between marks, and who.
SAYINGS = """
CREATE TABLE IF NOT EXISTS sayings(
    edition INTEGER PRIMARY KEY REFERENCES editions(number) ON DELETE CASCADE,
    rules INTEGER NOT NULL, -- by which it was worked out
    said TEXT NOT NULL
);
"""
# What is found out about the current articles: one table or more a kind of fact, each row under the number of an edition.
# Made from the texts, and can be made again.
FACTS = """
CREATE TABLE stories(
    edition INTEGER PRIMARY KEY REFERENCES editions(number) ON DELETE CASCADE,
    story TEXT NOT NULL, -- the id of one of its articles
    lead INTEGER NOT NULL, -- the edition that is searched for all of them
    words INTEGER NOT NULL, -- of the text
    bands BLOB NOT NULL -- int64, its sketch
);
CREATE INDEX stories_by_story ON stories(story);
CREATE TABLE bands(band INTEGER NOT NULL, edition INTEGER NOT NULL, PRIMARY KEY(band, edition)) WITHOUT ROWID;
CREATE TABLE updates(newer INTEGER NOT NULL, older INTEGER NOT NULL, PRIMARY KEY(newer, older)) WITHOUT ROWID;
CREATE INDEX updates_by_older ON updates(older);
-- Passages of copies that the lead of their story has too: searched only where a date leaves the lead out.
CREATE TABLE echoes(passage INTEGER PRIMARY KEY REFERENCES passages(number) ON DELETE CASCADE);
"""


ARTICLE_COLUMNS = (
    "article_id, source, text, title, byline, publisher, published, updated, language, kind, parent, url,"
    " removed"
)


def connect(path: Path, *, read_only: bool, busy_ms: int) -> sqlite3.Connection:
    """A connection in autocommit mode; transactions are begun by hand.

    A read-only one to a folder that cannot be written takes the file as it is.
    """
    mode = "ro" if read_only else "rw"
    frozen = "&immutable=1" if read_only and not os.access(path.parent, os.W_OK) else ""
    address = f"{path.resolve().as_uri()}?mode={mode}{frozen}"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout = {busy_ms}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")  # a file that somebody hands over runs nothing
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # acknowledged means on disk, whatever fails after it
    return connection


def create(path: Path, recipe: Recipe) -> None:
    """An empty catalogue, made beside its place and moved there. To be called with the writer's lock."""
    for left in path.parent.glob(f"{DRAFT}*"):  # by one that was killed here
        left.unlink()
    draft = path.with_name(DRAFT)
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.executescript("BEGIN;" + TABLES + FACTS + SAYINGS + "COMMIT;")
        rows = {"recipe": dumps(asdict(recipe), sort_keys=True), "index_id": uuid.uuid4().hex}
        connection.executemany("INSERT INTO meta(key, value) VALUES (?, ?)", rows.items())
    finally:
        connection.close()
    draft.replace(path)


def check(connection: sqlite3.Connection, path: Path) -> tuple[Recipe, str]:
    """The recipe and the id of the index; refuses a file that is not ours, or of a format that cannot be read."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise IndexDamaged(f"{path} is not a catalogue of this program; name another folder with --index")
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != FORMAT:
        older = found < FORMAT
        remedy = "delete the folder and index again" if older else "upgrade: pip install -U verbatim-qa"
        raise IndexMismatch(
            f"the index {path.parent} has format {found}, this program writes {FORMAT}; {remedy}"
        )
    values = dict(connection.execute("SELECT key, value FROM meta"))
    try:
        return Recipe(**loads(values["recipe"])), values["index_id"]
    except (KeyError, TypeError, ValueError) as error:
        raise IndexDamaged(
            f"the catalogue {path} does not say how it was made; delete the folder and index again"
        ) from error


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """sqlite3's errors, and the file system's, in the words of this project."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError, UnicodeDecodeError) as error:  # the last of a message of SQLite's
        reason = " ".join(str(error).partition(" with text ")[0].split())  # what follows is an article's
        if (
            isinstance(error, OSError)
            or "full" in reason
            or "readonly" in reason
            or "read-only" in reason
            or "locked" in reason
        ):
            remedy = "free space, make the folder writable, or wait for the other program; nothing that was acknowledged is lost"
        else:
            remedy = REPAIR
        raise IndexDamaged(f"the catalogue {path} cannot be used: {reason}; {remedy}") from error


def as_text(values: Iterable[Any]) -> Iterable[Any]:
    """The values, which must be text or nothing: in a damaged file a column may have become another type."""
    for value in values:
        if not isinstance(value, str | None):
            raise TypeError(f"{type(value).__name__} where text was stored")
        yield value


def to_article(row: Iterable[Any]) -> Article:
    columns = as_text(row)
    (
        article_id,
        source,
        text,
        title,
        byline,
        publisher,
        published,
        updated,
        language,
        kind,
        parent,
        url,
        removed,
    ) = columns
    return Article(
        id=article_id, source=source, text=text, title=title, byline=byline, publisher=publisher, published=published,
        updated=updated, language=language, kind=kind, parent=parent, url=url, removed=tuple(as_text(loads(removed))),
    )  # fmt: skip


@contextmanager
def sound(path: Path) -> Iterator[None]:
    """Wraps what makes nouns of rows: a row that cannot have been stored was damaged since."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise IndexDamaged(f"the catalogue {path} holds what was never stored in it; {REPAIR}") from error
