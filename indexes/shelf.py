"""What stands in an index, a page of it at a time: searched, sorted, by publisher, and every edition of an article.

Never loads a text: thousands of articles cost what one page of them costs.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from .catalogue import Catalogue
from .schema import as_text, sound
from .types import ISO_DATE

Order = Literal["newest", "oldest", "publisher", "title"]
ORDERS: tuple[Order, ...] = get_args(Order)

# What is not known comes last in every order.
ORDER_BY = {
    "newest": "e.published IS NULL, e.published DESC, e.title COLLATE NOCASE, a.id",
    "oldest": "e.published IS NULL, e.published, e.title COLLATE NOCASE, a.id",
    "publisher": "e.publisher IS NULL, e.publisher COLLATE NOCASE, e.published DESC, a.id",
    "title": "e.title = '', e.title COLLATE NOCASE, a.id",
}
CURRENT = "FROM articles a JOIN editions e ON e.number = a.edition"
COLUMNS = "a.id, e.edition, e.source, e.title, e.byline, e.publisher, e.published, e.kind, e.parent"
MAX_SEARCH_WORDS = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """A current article without its text."""

    id: str
    edition: str
    source: str
    title: str
    byline: str | None
    publisher: str | None
    published: str | None  # ISO 8601
    kind: str
    parent: str | None  # id of the page that it was boxed into


class Listed(NamedTuple):
    """One page of a list."""

    entries: tuple[Entry, ...]
    total: int  # entries on all pages


class Counted(NamedTuple):
    """A publisher as its articles name it, and how many they are."""

    publisher: str
    articles: int


class Edition(NamedTuple):
    """One stored edition of an article."""

    edition: str
    published: str | None
    updated: str | None
    current: bool


class Status(NamedTuple):
    """What an index holds."""

    articles: int
    passages: int
    publishers: int  # different ones
    undated: int  # articles
    first: str | None  # publication date, ISO 8601
    last: str | None


def entries(
    catalogue: Catalogue, *, search: str = "", order: Order = "newest", offset: int = 0, limit: int = 50
) -> Listed:
    """The articles whose headline, text, byline, publisher or source holds every word of `search`, in an order.

    A word of the headline or text is found by its beginning and in any of its forms, one of the others anywhere.
    """
    condition, arguments = _condition(search)
    with catalogue.reading():
        total = int(next(catalogue.rows(f"SELECT count(*) {CURRENT} {condition}", arguments))[0])
        rows = catalogue.rows(
            f"SELECT {COLUMNS} {CURRENT} {condition} ORDER BY {ORDER_BY[order]} LIMIT ? OFFSET ?",
            (*arguments, limit, offset),
        )
        with sound(catalogue.path):
            return Listed(tuple(Entry(*as_text(row)) for row in rows), total)


def _condition(search: str) -> tuple[str, tuple[str, ...]]:
    """WHERE … with its arguments: every word stands somewhere."""
    conditions: list[str] = []
    arguments: list[str] = []
    for word in search.replace("\0", " ").split()[:MAX_SEARCH_WORDS]:
        like = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        quoted = '"{}"'.format(word.replace('"', '""'))
        fields = " OR ".join(f"e.{name} LIKE ? ESCAPE '!'" for name in ("byline", "publisher", "source"))
        found = "SELECT p.edition FROM words JOIN passages p ON p.number = words.rowid WHERE words MATCH ?"
        conditions.append(f"({fields} OR e.number IN ({found}))")
        arguments += [like, like, like, f"{quoted} *"]
    return (f"WHERE {' AND '.join(conditions)}" if conditions else ""), tuple(arguments)


def publishers(catalogue: Catalogue) -> tuple[Counted, ...]:
    """Every publisher that a current article names, the one with most articles first."""
    query = (
        f"SELECT e.publisher, count(*) {CURRENT} WHERE e.publisher IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    with sound(catalogue.path):
        return tuple(Counted(str(name), int(count)) for name, count in catalogue.rows(query))


def published_by(catalogue: Catalogue, names: Collection[str]) -> set[int]:
    """Numbers of the passages of articles that name one of these publishers, exactly."""
    query = (
        "SELECT p.number FROM passages p JOIN editions e ON e.number = p.edition"
        f" WHERE e.publisher IN ({', '.join('?' * len(names))})"
    )
    return {int(row[0]) for row in catalogue.rows(query, tuple(names))}


def editions(catalogue: Catalogue, article_id: str) -> tuple[Edition, ...]:
    """Every stored edition of an article, the newest to be indexed first."""
    query = (
        "SELECT edition, published, updated, number IN (SELECT edition FROM articles) FROM editions"
        " WHERE article_id = ? ORDER BY 4 DESC, number DESC"
    )
    with sound(catalogue.path):
        return tuple(
            Edition(str(edition), published, updated, bool(current))
            for edition, published, updated, current in catalogue.rows(query, (article_id,))
        )


def status(catalogue: Catalogue) -> Status:
    """What the index holds, counted."""
    query = (
        "SELECT count(*), count(DISTINCT e.publisher), count(*) - count(e.published), min(e.published), max(e.published)"
        f" {CURRENT}"
    )
    with catalogue.reading(), sound(catalogue.path):
        articles, names, undated, first, last = next(catalogue.rows(query))
        if any(date is not None and not ISO_DATE.fullmatch(date) for date in (first, last)):
            raise ValueError(f"{first!r} or {last!r} is no date")
        return Status(articles, catalogue.count_passages(), names, undated, first, last)
