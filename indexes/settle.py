"""Which story each article belongs to, kept in the catalogue: worked out when an article came, changed or went.

Laws: after `settle` the stories are a function of the current articles, not of the order in which they came; whatever is
not searched, because it is an echo, stands in the lead of its story, and the lead is searched. An article that leaves
takes its story apart in its own transaction, and `settle` puts the rest together again: killed between the two, a
copy is found twice and none is lost.
"""

import sqlite3
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .schema import ARTICLE_COLUMNS, sound, to_article
from .shingles import bands_of
from .stories import Member, Text, is_echo, lead_of, relation, text_of

if TYPE_CHECKING:
    from .catalogue import Catalogue

PORTION = 500  # articles settled in one transaction
NEAREST = 200  # articles at most that one is compared with: those with the most bands in common

UNSETTLED = "SELECT edition FROM articles WHERE edition NOT IN (SELECT edition FROM stories) ORDER BY id"
NEAR = "SELECT edition FROM bands WHERE band IN ({}) GROUP BY edition ORDER BY count(*) DESC, edition LIMIT ?"
MEMBERS = (
    "SELECT s.edition, e.article_id, s.words, e.published, s.lead FROM stories s JOIN editions e ON e.number = s.edition"
    " WHERE s.story = ?"
)
PASSAGES = (
    "SELECT p.number, substr(e.text, p.start + 1, p.end - p.start) FROM passages p JOIN editions e ON e.number = p.edition"
    " WHERE e.number = ?"
)
COPIES = (
    "SELECT a.id, f.article_id FROM articles a JOIN stories s ON s.edition = a.edition JOIN stories t ON t.story = s.story AND t.edition <> s.edition"
    " JOIN editions f ON f.number = t.edition WHERE a.id IN ({}) ORDER BY f.published IS NULL, f.published, f.article_id"
)
UPDATES = (  # of another story: as a copy of a copy the two may be one
    "SELECT n.article_id, o.article_id FROM updates u JOIN editions n ON n.number = u.newer JOIN editions o ON o.number = u.older"
    " JOIN stories s ON s.edition = u.newer JOIN stories t ON t.edition = u.older"
    " WHERE s.story <> t.story AND n.article_id IN ({0}) AND o.article_id IN ({0}) ORDER BY 1, 2"
)
# Each echo, its edition, its lead, and a passage of the lead, as an article is allowed whole or not at all.
ECHOES = (
    "SELECT c.passage, p.edition, s.lead, (SELECT min(number) FROM passages WHERE edition = s.lead) FROM echoes c"
    " JOIN passages p ON p.number = c.passage JOIN stories s ON s.edition = p.edition ORDER BY c.passage"
)


def settle(catalogue: "Catalogue") -> int:
    """Work out the stories of the articles that came or changed; how many these were. Needs the writer's lock."""
    waiting = unsettled(catalogue)
    for start in range(0, len(waiting), PORTION):
        with catalogue.writing() as connection:
            _Round(catalogue, connection).take(waiting[start : start + PORTION])
    return len(waiting)


def unsettled(catalogue: "Catalogue") -> list[int]:
    """The editions whose stories have not been worked out."""
    return [int(row[0]) for row in catalogue.rows(UNSETTLED)]


def forget(connection: sqlite3.Connection, article_id: str) -> None:
    """Take the story of a current article apart, in the transaction in which the article goes or changes."""
    rows = connection.execute(
        "SELECT edition, bands FROM stories WHERE story = "
        "(SELECT s.story FROM articles a JOIN stories s ON s.edition = a.edition WHERE a.id = ?)",
        (article_id,),
    ).fetchall()
    for edition, bands in rows:
        echoes = "SELECT passage FROM echoes JOIN passages ON number = passage WHERE edition = ?"
        connection.execute(
            f"INSERT INTO changes(passage, added) SELECT passage, 1 FROM ({echoes})", (edition,)
        )
        connection.execute(f"DELETE FROM echoes WHERE passage IN ({echoes})", (edition,))
        connection.execute("DELETE FROM updates WHERE newer = ?1 OR older = ?1", (edition,))
        keys = [(band, edition) for band in np.frombuffer(bands, np.int64).tolist()]
        connection.executemany("DELETE FROM bands WHERE band = ? AND edition = ?", keys)
        connection.execute("DELETE FROM stories WHERE edition = ?", (edition,))


def forget_all(catalogue: "Catalogue") -> None:
    """Take every story apart; `settle` is to follow."""
    with catalogue.writing() as connection:
        connection.execute("INSERT INTO changes(passage, added) SELECT passage, 1 FROM echoes")
        for table in ("echoes", "updates", "bands", "stories"):
            connection.execute(f"DELETE FROM {table}")


def copies_of(catalogue: "Catalogue", article_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Article id → the other articles of its story, the first published first; only of those that have some."""
    found: dict[str, list[str]] = {}
    ids = tuple(article_ids)
    for article_id, other in catalogue.rows(COPIES.format(_marks(ids)), ids):
        found.setdefault(str(article_id), []).append(str(other))
    return {article_id: tuple(others) for article_id, others in found.items()}


def updates_among(catalogue: "Catalogue", article_ids: Collection[str]) -> list[tuple[str, str]]:
    """Which of these articles is an update of which: (newer, older)."""
    ids = tuple(article_ids)
    marks = ", ".join(f"?{i}" for i in range(1, len(ids) + 1))
    return [(str(newer), str(older)) for newer, older in catalogue.rows(UPDATES.format(marks), ids)]


def one_a_story(catalogue: "Catalogue", allowed: set[int]) -> set[int]:
    """These passages without the echoes of others of them: where the lead is left out, one of its copies stands in for it."""
    echoes = [row for row in catalogue.rows(ECHOES) if row[0] in allowed]
    inside = {lead for _, _, lead, first in echoes if first in allowed}
    deputies = {lead: edition for _, edition, lead, _ in reversed(echoes)}
    left = {number for number, edition, lead, _ in echoes if lead in inside or deputies[lead] != edition}
    return allowed - left


def wrong_echoes(catalogue: "Catalogue") -> int:
    """Echoes that the lead of their story does not have, or whose lead is not searched; stories of what is gone."""
    query = (
        "SELECT c.passage, substr(e.text, p.start + 1, p.end - p.start), s.lead FROM echoes c JOIN passages p ON p.number = c.passage"
        " JOIN editions e ON e.number = p.edition LEFT JOIN stories s ON s.edition = p.edition ORDER BY s.lead"
    )
    current = "edition IN (SELECT edition FROM articles)"
    searched = f"SELECT edition FROM stories WHERE lead = edition AND {current}"
    leads = {int(row[0]) for row in catalogue.rows(searched)}
    wrong = int(catalogue.value(f"SELECT count(*) FROM stories WHERE NOT {current}"))
    held: tuple[int, Text] | None = None
    for _, passage, lead in list(catalogue.rows(query)):
        if lead not in leads:
            wrong += 1
            continue
        if held is None or held[0] != lead:
            held = lead, _read(catalogue, lead)[1]
        wrong += not is_echo(passage, held[1])
    return wrong


class _Round:
    """One transaction of settling."""

    def __init__(self, catalogue: "Catalogue", connection: sqlite3.Connection) -> None:
        self.catalogue = catalogue
        self.connection = connection
        self.texts: dict[int, Text] = {}
        self.touched: set[str] = set()  # stories that have more than one article now

    def take(self, editions: Sequence[int]) -> None:
        for edition in editions:
            self.place(edition)
        for story in sorted(self.touched):
            self.arrange(story)

    def place(self, edition: int) -> None:
        """Give an article a story of its own, and join it with those of its copies."""
        article_id, text = _read(self.catalogue, edition)
        self.texts[edition] = text
        bands = bands_of(text.shingles)
        keys = bands.tolist()
        near = self.connection.execute(NEAR.format(_marks(keys)), (*keys, NEAREST)).fetchall()
        self.connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(b, edition) for b in keys])
        row = (edition, article_id, edition, len(text.words), bands.tobytes())
        self.connection.execute(
            "INSERT INTO stories(edition, story, lead, words, bands) VALUES (?, ?, ?, ?, ?)", row
        )
        for (other,) in near:
            if self.story(other) != self.story(edition):
                self.relate(edition, other)

    def relate(self, edition: int, other: int) -> None:
        if other not in self.texts:
            self.texts[other] = _read(self.catalogue, other)[1]
        match relation(self.texts[edition], self.texts[other]):
            case "copy":
                kept, gone = sorted((self.story(edition), self.story(other)))
                self.connection.execute("UPDATE stories SET story = ? WHERE story = ?", (kept, gone))
                self.touched = (self.touched - {gone}) | {kept}
            case "updates":
                self.connection.execute("INSERT OR IGNORE INTO updates VALUES (?, ?)", (edition, other))
            case "updated":
                self.connection.execute("INSERT OR IGNORE INTO updates VALUES (?, ?)", (other, edition))

    def story(self, edition: int) -> str:
        query = "SELECT story FROM stories WHERE edition = ?"
        return str(self.connection.execute(query, (edition,)).fetchone()[0])

    def arrange(self, story: str) -> None:
        """Choose the lead of a story, and note what its other articles only repeat."""
        rows = self.connection.execute(MEMBERS, (story,)).fetchall()
        lead = lead_of([Member(*row[:4]) for row in rows]).edition
        text = self.texts.get(lead) or _read(self.catalogue, lead)[1]
        for edition, _, _, _, led_by in rows:
            if led_by == lead and edition != lead:
                continue  # as it was
            self.connection.execute("UPDATE stories SET lead = ? WHERE edition = ?", (lead, edition))
            for number, passage in self.connection.execute(PASSAGES, (edition,)).fetchall():
                self.mark(number, echo=edition != lead and is_echo(passage, text))

    def mark(self, number: int, *, echo: bool) -> None:
        """Leave a passage out of the search, or take it in again; the projection hears of it."""
        change = "INSERT OR IGNORE INTO echoes VALUES (?)" if echo else "DELETE FROM echoes WHERE passage = ?"
        if self.connection.execute(change, (number,)).rowcount > 0:
            self.connection.execute("INSERT INTO changes(passage, added) VALUES (?, ?)", (number, not echo))


def _read(catalogue: "Catalogue", edition: int) -> tuple[str, Text]:
    """The id and the text of the article of an edition."""
    row = next(catalogue.rows(f"SELECT {ARTICLE_COLUMNS} FROM editions WHERE number = ?", (edition,)))
    with sound(catalogue.path):
        article = to_article(row)
    return article.id, text_of(article)


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
