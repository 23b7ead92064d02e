"""What the catalogue can say about its own health, and how it mends its derived parts. The SQL of verify.py."""

import sqlite3
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue, below_title
from .schema import ARTICLE_COLUMNS, sound, to_article
from .types import Article, Passage

UNLOGGED = "SELECT number, 1 FROM passages WHERE number NOT IN (SELECT passage FROM changes WHERE added = 1)"
MISNAMED = (
    "SELECT a.id FROM articles a LEFT JOIN editions e ON e.number = a.edition WHERE a.id IS NOT e.article_id"
)
STRAY = "SELECT number FROM passages WHERE edition NOT IN (SELECT edition FROM articles)"


def integrity(catalogue: Catalogue) -> list[str]:
    """What SQLite itself finds wrong with the file; empty when nothing is."""
    return [str(row[0]) for row in catalogue.rows("PRAGMA integrity_check(5)") if row[0] != "ok"]


def all_editions(catalogue: Catalogue) -> Iterator[tuple[Article, str]]:
    """Every edition with the digest that it was stored under."""
    for row in catalogue.rows(f"SELECT edition, {ARTICLE_COLUMNS} FROM editions ORDER BY number"):
        with sound(catalogue.path):
            article = to_article(row[1:])
        yield article, str(row[0])


def passages_of(catalogue: Catalogue, article_id: str) -> list[tuple[Passage, NDArray[np.float16]]]:
    """The passages of a current article in reading order, with their vectors as they are stored."""
    query = "SELECT p.number, p.vector FROM passages p JOIN articles a ON a.edition = p.edition WHERE a.id = ? ORDER BY p.start"
    rows = list(catalogue.rows(query, (article_id,)))
    passages = catalogue.passages([row[0] for row in rows])
    return [
        (passages[number], np.frombuffer(vector[: len(vector) // 2 * 2], np.float16))
        for number, vector in rows
    ]


def misnamed(catalogue: Catalogue) -> list[str]:
    """Ids that point to another article's edition, or to none."""
    return [str(row[0]) for row in catalogue.rows(MISNAMED)]


def drop_misnamed(catalogue: Catalogue) -> None:
    """Point to each of these editions by its own id, where there is one."""
    with catalogue.writing() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO articles(id, edition) SELECT e.article_id, e.number"
            f" FROM articles a JOIN editions e ON e.number = a.edition WHERE a.id IN ({MISNAMED})"
        )
        connection.execute(f"DELETE FROM articles WHERE id IN ({MISNAMED})")


def count_stray(catalogue: Catalogue) -> int:
    """Passages whose edition is not current."""
    return int(next(catalogue.rows(f"SELECT count(*) FROM ({STRAY})"))[0])


def drop_stray(catalogue: Catalogue) -> None:
    """Delete the passages whose edition is not current; `rebuild_words` is to follow."""
    with catalogue.writing() as connection:
        connection.execute(f"INSERT INTO changes(passage, added) SELECT number, 0 FROM ({STRAY})")
        connection.execute(f"DELETE FROM passages WHERE number IN ({STRAY})")


def words_are_whole(catalogue: Catalogue) -> bool:
    """Whether the full-text index is consistent in itself and holds exactly the passages."""
    indexed, stored = "SELECT id FROM words_docsize", "SELECT number FROM passages"
    with catalogue.writing() as connection:
        try:
            connection.execute("INSERT INTO words(words) VALUES ('integrity-check')")
        except sqlite3.DatabaseError:
            return False
        differences = (
            f"SELECT count(*) FROM ({a} EXCEPT {b})" for a, b in ((indexed, stored), (stored, indexed))
        )
        return all(connection.execute(query).fetchone()[0] == 0 for query in differences)


def count_unlogged(catalogue: Catalogue) -> int:
    """Passages that the log of changes does not name: Chroma would never hear of them."""
    return int(next(catalogue.rows(f"SELECT count(*) FROM ({UNLOGGED})"))[0])


def log_again(catalogue: Catalogue) -> None:
    """Name every passage in the log of changes."""
    with catalogue.writing() as connection:
        connection.execute(f"INSERT INTO changes(passage, added) {UNLOGGED}")


def rebuild_words(catalogue: Catalogue) -> None:
    """Make the full-text index again from the texts."""
    with catalogue.writing() as connection:
        connection.execute("INSERT INTO words(words) VALUES ('delete-all')")
        rows = connection.execute(
            "SELECT p.number, e.title, substr(e.text, p.start + 1, p.end - p.start)"
            " FROM passages p JOIN editions e ON e.number = p.edition"
        )
        for number, title, text in rows:
            words = (number, title, below_title(title, text))
            connection.execute("INSERT INTO words(rowid, title, text) VALUES (?, ?, ?)", words)
