"""SQLite: the truth. Articles, their editions, passages, vectors, full text, and the log of changes.

Laws: one article's change is one transaction, acknowledged when it is on disk; a reader sees one state for as
long as it reads (WAL snapshots); what a citation was cut from stays readable until `purge`.
All SQL of the project is in this module, schema.py, database.py, settle.py, sayings.py and audit.py.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import schema, settle
from .database import Database
from .schema import ARTICLE_COLUMNS, sound, to_article, translated
from .types import Article, Passage, Recipe, Scored, Skipped, Span, Split

SCAN_ROWS = 4_096  # vectors read at a time in a scan: 3 MB of them at 384 dimensions

SEARCHED = "{} NOT IN (SELECT passage FROM echoes)"
UNSETTLED = ""  # for the digest of a file that shares an article with another: it is read at every update
DOUBT_NS = 2_000_000_000  # a file changed this shortly before it was read may have changed again unnoticed
TITLE_WEIGHT = 2.0  # of the title's words against the text's in the full-text score


@dataclass(frozen=True, slots=True)
class FileNote:
    """What is remembered of a file, to know whether it changed without reading it."""

    path: str
    size: int
    mtime_ns: int
    digest: str  # sha256 of its content
    seen_ns: int  # when it was read; a file touched about then may have changed unnoticed
    skipped: tuple[Skipped, ...] = ()  # what in it did not become an article: told again at every update

    def tells(self, size: int, mtime_ns: int) -> bool:
        """Whether a file's status alone tells that it is what was read."""
        same = (self.size, self.mtime_ns) == (size, mtime_ns)
        return same and self.digest != UNSETTLED and self.mtime_ns < self.seen_ns - DOUBT_NS


class Catalogue(Database):
    """What is indexed, in one file. Threads may share it. Close it, or use it in `with`."""

    @classmethod
    def create(cls, path: Path, recipe: Recipe) -> "Catalogue":
        """A new empty catalogue; it appears at the path whole or not at all."""
        with translated(path):
            schema.create(path, recipe)
        return cls(path)

    # -- changes -------------------------------------------------------------------------------------------

    def put(self, split: Split, vectors: NDArray[np.float32], *, file: str | None) -> None:
        """Add an article, or replace the edition that is current; durable on return.

        `vectors` has one row for each of its passages. The previous edition's text stays readable.
        """
        article = split.article
        assert vectors.shape == (len(split.passages), self.recipe.dimension), (
            f"vectors of shape {vectors.shape}"
        )
        with self.writing() as connection:
            self._drop_passages(connection, article.id)
            edition = self._put_edition(connection, split, file)
            rows = zip(split.passages, vectors.astype(np.float16), strict=True)
            for passage, vector in rows:
                number = connection.execute(
                    "INSERT INTO passages(edition, start, end, vector) VALUES (?, ?, ?, ?)",
                    (edition, passage.span.start, passage.span.end, vector.tobytes()),
                ).lastrowid
                words = (number, article.title, below_title(article.title, passage.text))
                connection.execute("INSERT INTO words(rowid, title, text) VALUES (?, ?, ?)", words)
                connection.execute("INSERT INTO changes(passage, added) VALUES (?, 1)", (number,))
            connection.execute(
                "INSERT INTO articles(id, edition) VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET edition = excluded.edition",
                (article.id, edition),
            )

    def remove(self, article_id: str) -> bool:
        """Take an article out of the index; False when it is not there. Its text stays readable until `purge`."""
        with self.writing() as connection:
            self._drop_passages(connection, article_id)
            return connection.execute("DELETE FROM articles WHERE id = ?", (article_id,)).rowcount > 0

    def note_files(self, notes: Iterable[FileNote]) -> None:
        """Remember files whose articles are all committed."""
        with self.writing() as connection:
            for note in notes:
                _put_note(connection, note)

    def forget_file(self, path: str) -> None:
        """Forget a file; its articles are removed one by one by the caller, before."""
        with self.writing() as connection:
            connection.execute("DELETE FROM files WHERE path = ?", (path,))

    def move_file(self, old: str, note: FileNote) -> None:
        """A file has moved: its articles keep their identity, their source names the new place."""
        with self.writing() as connection:
            connection.execute(
                "UPDATE editions SET file = ?2, source = CASE WHEN source = ?1 OR substr(source, 1, length(?1) + 1) = ?1 || '#'"
                " THEN ?2 || substr(source, length(?1) + 1) ELSE source END WHERE file = ?1",
                (old, note.path),
            )
            connection.execute("DELETE FROM files WHERE path = ?", (old,))
            _put_note(connection, note)

    def move_article(self, article_id: str, *, source: str, file: str | None) -> None:
        """The same edition was found at another place."""
        with self.writing() as connection:
            connection.execute(
                "UPDATE editions SET source = ?, file = ? WHERE number = (SELECT edition FROM articles WHERE id = ?)",
                (source, file, article_id),
            )

    def purge(self) -> int:
        """Forget every edition that is not current, and give the space back; how many were forgotten."""
        with self.writing() as connection:
            gone = connection.execute(
                "DELETE FROM editions WHERE number NOT IN (SELECT edition FROM articles)"
            ).rowcount
        with translated(self.path):
            self._connection.execute("VACUUM")
        return gone

    # -- reading -------------------------------------------------------------------------------------------

    def sequence(self) -> int:
        """The number of the last change; grows with every change."""
        return int(self.value("SELECT coalesce(max(seq), 0) FROM changes"))

    def changes_since(self, seq: int, limit: int) -> list[tuple[int, int, bool]]:
        """(number, passage, added) of the changes after one, oldest first."""
        rows = self.rows(
            "SELECT seq, passage, added FROM changes WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)
        )
        with sound(self.path):
            return [(int(a), int(b), bool(c)) for a, b, c in rows]

    def count_articles(self) -> int:
        """Articles that are current."""
        return int(self.value("SELECT count(*) FROM articles"))

    def count_passages(self) -> int:
        """Passages of the current articles."""
        return int(self.value("SELECT count(*) FROM passages"))

    def count_searched(self) -> int:
        """Passages that are searched: all but the echoes of others."""
        return int(self.value(f"SELECT count(*) FROM passages WHERE {SEARCHED.format('number')}"))

    def sample_passages(self, k: int) -> list[int]:
        """Numbers of some k passages that are searched, at random."""
        query = f"SELECT number FROM passages WHERE {SEARCHED.format('number')} ORDER BY random() LIMIT ?"
        return [int(row[0]) for row in self.rows(query, (k,))]

    def editions(self) -> dict[str, str]:
        """Article id → its current edition."""
        query = "SELECT a.id, e.edition FROM articles a JOIN editions e ON e.number = a.edition"
        return dict(self.rows(query))

    def place(self, article_id: str) -> tuple[str, str | None]:
        """(source, file) of a current article."""
        source, file = self._edition_row("source, file", article_id, None) or ("", None)
        return source, file

    def articles_of(self, file: str, *, pages_only: bool = False) -> set[str]:
        """Ids of the current articles that were read from a file, with or without the pieces boxed into them."""
        # CROSS JOIN keeps this order: begun with the articles, every file would cost a scan of them all.
        query = "SELECT a.id FROM editions e CROSS JOIN articles a ON a.id = e.article_id AND a.edition = e.number WHERE e.file = ?"
        query += " AND e.parent IS NULL" if pages_only else ""
        return {str(row[0]) for row in self.rows(query, (file,))}

    def pieces_of(self, article_id: str) -> set[str]:
        """Ids of the current articles that are boxed into a page."""
        query = "SELECT a.id FROM articles a JOIN editions e ON e.number = a.edition WHERE e.parent = ?"
        return {str(row[0]) for row in self.rows(query, (article_id,))}

    def places(self) -> set[str]:
        """Every file that an article was read from, remembered or not."""
        return {str(row[0]) for row in self.rows("SELECT DISTINCT file FROM editions WHERE file IS NOT NULL")}

    def files(self) -> dict[str, FileNote]:
        """What is remembered of each file, by path."""
        rows = self.rows("SELECT path, size, mtime_ns, digest, seen_ns, skipped FROM files")
        with sound(self.path):
            return {
                path: FileNote(
                    path, size, mtime_ns, digest, seen_ns, tuple(Skipped(*i) for i in json.loads(skipped))
                )
                for path, size, mtime_ns, digest, seen_ns, skipped in rows
            }

    def article(self, article_id: str, edition: str | None = None) -> Article | None:
        """The current article, or one edition of it, however old; None when there is none."""
        row = self._edition_row(ARTICLE_COLUMNS, article_id, edition)
        with sound(self.path):
            return to_article(row) if row else None

    def sentences(self, article_id: str, edition: str | None = None) -> tuple[Span, ...]:
        """The sentence borders of an article, as they were found when it was indexed."""
        row = self._edition_row("sentences", article_id, edition)
        if row is None:
            return ()
        with sound(self.path):
            offsets = np.frombuffer(row[0], np.uint32).reshape(-1, 2).tolist()
            return tuple(Span(start, end) for start, end in offsets)

    def articles(self) -> Iterator[Article]:
        """The current articles, one at a time, by source."""
        columns = ", ".join(f"e.{c}" for c in ARTICLE_COLUMNS.split(", "))
        query = f"SELECT {columns} FROM articles a JOIN editions e ON e.number = a.edition ORDER BY e.source, a.id"
        for row in self.rows(query):
            with sound(self.path):
                article = to_article(row)
            yield article

    def passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """The passages with these numbers; one that is gone is left out."""
        query = (
            "SELECT p.number, p.start, p.end, e.article_id, e.edition, substr(e.text, p.start + 1, p.end - p.start)"
            " FROM passages p JOIN editions e ON e.number = p.edition WHERE p.number IN ({})"
        )
        found: dict[int, Passage] = {}
        for number, start, end, *columns in self.rows_in(query, numbers):
            with sound(self.path):
                article_id, edition, text = schema.as_text(columns)
                found[number] = Passage(article_id, edition, Span(start, end), text)
        return found

    def dated(self, after: str | None, before: str | None) -> set[int]:
        """Numbers of the passages of articles published from `after` to `before`, both included (ISO dates).

        An article dated "2025-02" counts as inside when any of its days does; an undated one never does.
        """
        day = "substr(e.published, 1, 10)"
        query = "SELECT p.number FROM passages p JOIN editions e ON e.number = p.edition WHERE e.published IS NOT NULL"
        arguments: list[str] = []
        for bound, comparison in ((after, ">="), (before, "<=")):
            if bound:
                # Compared as far as both are known: "2025-02" is neither before nor after 2025-02-10.
                query += f" AND substr({day}, 1, length(?)) {comparison} substr(?, 1, length({day}))"
                arguments += [bound[:10], bound[:10]]
        return {int(row[0]) for row in self.rows(query, tuple(arguments))}

    def search_words(self, match: str, k: int, allowed: set[int] | None = None) -> list[Scored]:
        """The k best passages for an FTS5 query by BM25, best first, without echoes; those in `allowed` when it is given."""
        where = "words MATCH ?" if allowed is not None else f"words MATCH ? AND {SEARCHED.format('rowid')}"
        query = f"SELECT rowid, -bm25(words, ?, 1.0) FROM words WHERE {where} ORDER BY 2 DESC, rowid"
        found: list[Scored] = []
        for number, score in self.rows(query, (TITLE_WEIGHT, match)):
            if allowed is None or number in allowed:
                found.append(Scored(int(number), float(score)))
                if len(found) == k:
                    break
        return found

    def count_with(self, word: str) -> int:
        """Passages that hold a word in any of its forms."""
        return int(next(self.rows("SELECT count(*) FROM words WHERE words MATCH ?", (f'"{word}"',)))[0])

    def vectors(self, numbers: Sequence[int], *, echoes: bool = False) -> dict[int, NDArray[np.float16]]:
        """The stored vectors of those of these passages that are searched, or with the `echoes`; one that is gone is left out."""
        query = "SELECT number, vector FROM passages WHERE number IN ({})"
        if not echoes:
            query += " AND " + SEARCHED.format("number")
        rows = self.rows_in(query, numbers)
        with sound(self.path):
            return {int(n): np.frombuffer(vector, np.float16, self.recipe.dimension) for n, vector in rows}

    def echoes(self) -> set[int]:
        """The passages that are not searched, as another of their story has them too."""
        return {int(row[0]) for row in self.rows("SELECT passage FROM echoes")}

    def scan_vectors(
        self, *, echoes: bool = False
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float16]]]:
        """The numbers of all passages that are searched, or with the `echoes`, and their vectors.

        Some thousand rows at a time: never the whole in memory.
        """
        where = "true" if echoes else SEARCHED.format("number")
        cursor = self.rows(f"SELECT number, vector FROM passages WHERE {where} ORDER BY number")
        while rows := list(islice(cursor, SCAN_ROWS)):
            with sound(self.path):
                numbers = np.fromiter((row[0] for row in rows), np.int64, len(rows))
                vectors = np.frombuffer(b"".join(row[1] for row in rows), np.float16)
                vectors = vectors.reshape(len(rows), self.recipe.dimension)
            yield numbers, vectors

    # -- inside --------------------------------------------------------------------------------------------

    def _edition_row(self, columns: str, article_id: str, edition: str | None) -> tuple[Any, ...] | None:
        if edition is None:
            condition, arguments = "number = (SELECT edition FROM articles WHERE id = ?)", (article_id,)
        else:
            condition, arguments = "article_id = ? AND edition = ?", (article_id, edition)  # type: ignore[assignment]  # a longer tuple
        return next(self.rows(f"SELECT {columns} FROM editions WHERE {condition}", arguments), None)

    def _put_edition(self, connection: sqlite3.Connection, split: Split, file: str | None) -> int:
        article = split.article
        borders = np.array([(s.start, s.end) for s in split.sentences], np.uint32).tobytes()
        values = (
            article.id, article.source, article.text, article.title, article.byline, article.publisher, article.published,
            article.updated, article.language, article.kind, article.parent, article.url, json.dumps(article.removed),
            article.edition, borders, file,
        )  # fmt: skip
        row = connection.execute(
            f"INSERT INTO editions({ARTICLE_COLUMNS}, edition, sentences, file) VALUES ({', '.join('?' * 16)})"
            " ON CONFLICT(article_id, edition) DO UPDATE SET source = excluded.source, file = excluded.file RETURNING number",
            values,
        ).fetchone()
        return int(row[0])

    def _drop_passages(self, connection: sqlite3.Connection, article_id: str) -> None:
        settle.forget(connection, article_id)
        rows = connection.execute(
            "SELECT p.number, e.title, substr(e.text, p.start + 1, p.end - p.start) FROM articles a"
            " JOIN editions e ON e.number = a.edition JOIN passages p ON p.edition = e.number WHERE a.id = ?",
            (article_id,),
        ).fetchall()
        for number, title, text in rows:
            # A full-text table without content must be told what it is to forget.
            words = (number, title, below_title(title, text))
            connection.execute(
                "INSERT INTO words(words, rowid, title, text) VALUES ('delete', ?, ?, ?)", words
            )
            connection.execute("DELETE FROM passages WHERE number = ?", (number,))
            connection.execute("INSERT INTO changes(passage, added) VALUES (?, 0)", (number,))


def _put_note(connection: sqlite3.Connection, note: FileNote) -> None:
    skipped = json.dumps([(item.source, item.reason) for item in note.skipped])
    connection.execute(
        "INSERT OR REPLACE INTO files(path, size, mtime_ns, digest, seen_ns, skipped) VALUES (?, ?, ?, ?, ?, ?)",
        (note.path, note.size, note.mtime_ns, note.digest, note.seen_ns, skipped),
    )


def below_title(title: str, text: str) -> str:
    """The passage without the headline that it begins with: counted twice, it would outrank the passages below it."""
    return text.removeprefix(title)
