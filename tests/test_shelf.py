"""What stands in an index: a list that is searched, sorted and paged; publishers; editions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_catalogue import RECIPE, cut, put

from indexes import shelf
from indexes.catalogue import Catalogue

ARTICLES = (
    ("b", "The ferry sank.", {"title": "Ferry", "publisher": "Quay News", "published": "2031-03-04"}),
    ("a", "A crane fell.", {"title": "crane", "publisher": "Coast Wire", "published": "2031-05", "byline": "Ann Roe"}),
    ("c", "Nothing 100% happened_today.", {}),
    ("d", "The élan of Boats.", {"title": "Élan", "publisher": "Quay News", "published": "2030"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    path: Path = tmp_path_factory.mktemp("shelf") / "catalogue.sqlite3"
    with_articles = Catalogue.create(path, RECIPE)
    for article_id, text, fields in ARTICLES:
        put(with_articles, cut(article_id, text, **fields))
    yield with_articles
    with_articles.close()


def ids(catalogue: Catalogue, **arguments) -> list[str]:
    return [entry.id for entry in shelf.entries(catalogue, **arguments).entries]


def test_what_is_not_known_comes_last_in_every_order(catalogue: Catalogue):
    orders = {order: ids(catalogue, order=order) for order in shelf.ORDERS}

    assert orders == {
        "newest": ["a", "b", "d", "c"],
        "oldest": ["d", "b", "a", "c"],
        "publisher": ["a", "b", "d", "c"],
        "title": ["a", "b", "d", "c"],
    }


def test_an_entry_is_the_article_without_its_text(catalogue: Catalogue):
    [entry] = shelf.entries(catalogue, search="ann").entries
    article = catalogue.article("a")

    assert article is not None
    names = ("id", "edition", "source", "title", "byline", "publisher", "published", "kind", "parent")
    assert all(getattr(entry, name) == getattr(article, name) for name in names)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", "abdc"), ("ferry", "b"), ("FERR", "b"), ("quay", "bd"), ("quay sank", "b"), ("elan", "d"), ("boat", "d"),
        ("100%", "c"), ("happened_today", "c"), ("/a.txt", "a"), ("crane ferry", ""), ("%", ""), ("_", ""), ('"', ""),
        ("NEAR( OR", ""), ("\0", "abdc"),
    ],
)  # fmt: skip
def test_every_word_is_found_in_headline_text_publisher_byline_or_source(catalogue, search, found):
    assert sorted(ids(catalogue, search=search)) == sorted(found)


@given(st.text(max_size=40))
def test_any_search_can_be_made(catalogue: Catalogue, search: str):
    listed = shelf.entries(catalogue, search=search.encode("utf-8", "replace").decode())

    assert len(listed.entries) == listed.total <= len(ARTICLES)


@given(st.sampled_from(shelf.ORDERS), st.integers(1, 5))
def test_the_pages_together_are_the_list(catalogue: Catalogue, order: shelf.Order, limit: int):
    pages = [ids(catalogue, order=order, offset=i, limit=limit) for i in range(0, len(ARTICLES), limit)]

    assert [i for page in pages for i in page] == ids(catalogue, order=order)
    assert shelf.entries(catalogue, limit=limit).total == len(ARTICLES)


def test_publishers_are_counted_and_their_passages_found_by_the_exact_name(catalogue: Catalogue):
    assert shelf.publishers(catalogue) == (("Quay News", 2), ("Coast Wire", 1))
    theirs = catalogue.passages(sorted(shelf.published_by(catalogue, ["Quay News"])))
    assert {passage.article_id for passage in theirs.values()} == {"b", "d"}
    assert shelf.published_by(catalogue, ["quay news", "Quay"]) == set()


def test_every_edition_is_told_and_which_is_current(tmp_path: Path):
    own = Catalogue.create(tmp_path / "own.sqlite3", RECIPE)
    splits = [cut("a", text) for text in ("First.", "Second.", "Third.")]
    for split in (*splits, splits[1]):  # and back to the second
        put(own, split)

    found = shelf.editions(own, "a")

    second, third, first = (splits[i].article.edition for i in (1, 2, 0))
    assert [(e.edition, e.current) for e in found] == [(second, True), (third, False), (first, False)]
    assert shelf.editions(own, "b") == ()
    own.close()


def test_the_status_counts_what_there_is(catalogue: Catalogue):
    assert shelf.status(catalogue) == (4, 4, 2, 1, "2030", "2031-05")
