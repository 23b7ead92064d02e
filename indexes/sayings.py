"""Who says what, kept in the catalogue: worked out once for each edition, at the end of the update that brought it.

Laws: an edition's text never changes, so what is kept of it is never stale, but for other rules, which have another number;
what is not kept, because an update was killed or an older program made the index, is worked out when it is asked for, and
kept by the next update.
"""

from collections.abc import Iterable, Iterator
from json import dumps, loads
from typing import TYPE_CHECKING

from .schema import ARTICLE_COLUMNS, SAYINGS, sound, to_article
from .speech import Speech, speeches
from .types import Article, Span

if TYPE_CHECKING:
    from .catalogue import Catalogue

RULES = 1  # raise when a text's speakers would be told otherwise
PORTION = 500  # articles kept in one transaction

UNHEARD = (
    "SELECT a.id, a.edition FROM articles a WHERE NOT EXISTS"
    " (SELECT 1 FROM sayings s WHERE s.edition = a.edition AND s.rules = ?) ORDER BY a.id"
)
KEPT = (
    "SELECT s.said FROM sayings s JOIN editions e ON e.number = s.edition"
    " WHERE e.article_id = ? AND e.edition = ? AND s.rules = ?"
)
KEPT_OF_ALL = (
    "SELECT e.article_id, e.edition, s.said FROM articles a JOIN editions e ON e.number = a.edition"
    " JOIN sayings s ON s.edition = a.edition WHERE s.rules = ? ORDER BY a.id"
)
# What cannot be told from the row is told from the article: its sayings are not kept, or the words stand in them.
HOLDING = (
    f"SELECT s.said, {', '.join(f'e.{c}' for c in ARTICLE_COLUMNS.split(', '))} FROM articles a"
    " JOIN editions e ON e.number = a.edition LEFT JOIN sayings s ON s.edition = a.edition AND s.rules = ?1"
    " WHERE s.said IS NULL OR instr(lower(s.said), lower(?2)) ORDER BY e.source, a.id"
)


def listen(catalogue: "Catalogue") -> int:
    """Work out and keep who says what in the articles that came or changed; how many these were. Needs the writer's lock."""
    if not _keeps(catalogue):  # an index of before has no such table
        with catalogue.writing() as connection:
            connection.execute(SAYINGS)
    waiting = [(str(row[0]), int(row[1])) for row in catalogue.rows(UNHEARD, (RULES,))]
    for start in range(0, len(waiting), PORTION):
        with catalogue.writing() as connection:
            for article_id, edition in waiting[start : start + PORTION]:
                said = _heard(catalogue, article_id, None)
                row = (edition, RULES, _written(said))
                connection.execute(
                    "INSERT OR REPLACE INTO sayings(edition, rules, said) VALUES (?, ?, ?)", row
                )
    return len(waiting)


def sayings(catalogue: "Catalogue", article_id: str, edition: str) -> tuple[Speech, ...]:
    """Who says what in an edition of an article, in order."""
    row = next(catalogue.rows(KEPT, (article_id, edition, RULES)), None) if _keeps(catalogue) else None
    return _heard(catalogue, article_id, edition) if row is None else _made(catalogue, row[0])


def all_sayings(catalogue: "Catalogue", holding: str = "") -> Iterator[tuple[Article, tuple[Speech, ...]]]:
    """Each current article by source with what is said in it; with a word, at least those where a speaker has it."""
    if not _keeps(catalogue):
        for article in catalogue.articles():
            yield article, _heard(catalogue, article.id, article.edition)
        return
    word = holding if holding.isascii() else ""  # SQLite knows capitals of ASCII only
    for said, *columns in catalogue.rows(HOLDING, (RULES, word)):
        with sound(catalogue.path):
            article = to_article(columns)
        yield (
            article,
            _heard(catalogue, article.id, article.edition) if said is None else _made(catalogue, said),
        )


def wrong_sayings(catalogue: "Catalogue") -> list[str]:
    """The ids of the current articles of which something else is kept than they say."""
    return [
        str(article_id)
        for article_id, edition, said in (
            list(catalogue.rows(KEPT_OF_ALL, (RULES,))) if _keeps(catalogue) else ()
        )
        if said != _written(_heard(catalogue, article_id, edition))
    ]


def forget_sayings(catalogue: "Catalogue") -> None:
    """Forget all that is kept; `listen` is to follow."""
    with catalogue.writing() as connection:
        connection.execute("DELETE FROM sayings")


def _keeps(catalogue: "Catalogue") -> bool:
    return bool(catalogue.value("SELECT count(*) FROM sqlite_master WHERE name = 'sayings'"))


def _heard(catalogue: "Catalogue", article_id: str, edition: str | None) -> tuple[Speech, ...]:
    article = catalogue.article(article_id, edition)
    return speeches(article.text, catalogue.sentences(article_id, edition)) if article else ()


def _written(said: Iterable[Speech]) -> str:
    return dumps([(s.span.start, s.span.end, s.direct, s.speaker) for s in said], ensure_ascii=False)


def _made(catalogue: "Catalogue", said: str) -> tuple[Speech, ...]:
    with sound(catalogue.path):
        return tuple(Speech(Span(a, b), speaker, direct) for a, b, direct, speaker in loads(said))
