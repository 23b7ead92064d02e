"""Stories in the catalogue: one of its copies is searched, whatever comes, changes or goes, in whatever order."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import open_index
from hypothesis import given, settings
from hypothesis import strategies as st
from test_stories import REPORT, TAIL

import qa
from indexes import Article, Index, compete, settle, update, verify
from qa.retrieve import newer_first, retrieve
from qa.types import EVERYTHING, Scope


def article(article_id: str, text: str = REPORT, **fields: str) -> Article:
    return Article(
        id=article_id, source=f"/{article_id}.txt", text=text, **{"title": "Crane falls", **fields}
    )


# Three copies, an abridged one, an update and its copy, and a report of the same form about another thing.
POOL = [
    article("a", published="2031-03-11"), article("b", published="2031-03-10"), article("c", REPORT.replace("sound", "safe"), published="2031-03-11"),
    article("d", "\n\n".join(REPORT.split("\n\n")[:3]), published="2031-03-11"), article("e", REPORT + TAIL, published="2031-03-12T10:00Z"),
    article("f", REPORT + TAIL, published="2031-03-12T11:00Z"), article("g", REPORT.replace("14", "41")),
]  # fmt: skip


def stories(index: Index) -> list[tuple[object, ...]]:
    """All that is kept of stories, by the articles' ids."""
    names = dict(index.catalogue.rows("SELECT number, article_id FROM editions"))
    kept = [
        (names[e], story, names[lead])
        for e, story, lead in index.catalogue.rows("SELECT edition, story, lead FROM stories")
    ]
    echoes = index.catalogue.rows(
        "SELECT edition, start FROM passages WHERE number IN (SELECT passage FROM echoes)"
    )
    kept += [("echo", names[e], start) for e, start in echoes]
    kept += [("update", *pair) for pair in index.updates([a.id for a in POOL])]
    return sorted(kept, key=str)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with open_index(tmp_path / "index") as opened:
        yield opened


def test_copies_are_one_story_and_only_the_first_full_one_is_searched(index: Index):
    update(index, POOL)

    assert index.copies(["a", "d", "f", "g"]) == {
        "a": ("b", "c", "d"),
        "d": ("b", "a", "c"),
        "f": ("e",),
    }
    assert searched(index) == {"b", "e", "g"}
    assert set(index.updates(["a", "b", "e", "g"])) == {("e", "a"), ("e", "b")}


def searched(index: Index, scope: Scope = EVERYTHING) -> set[str]:
    hits = retrieve(index, "What fell on Elm Quay?", _anywhere(index), 100, scope)
    return {hit.passage.article_id for hit in hits}


def _anywhere(index: Index) -> np.ndarray:
    return index.embedder.embed(["Elm Quay"])[0]


def test_a_date_that_leaves_the_lead_out_finds_a_copy_and_one_alone(index: Index):
    update(index, [*POOL, article("h", published="2031-03-11")])

    assert searched(index, Scope("2031-03-11", "2031-03-11")) == {"a"}
    assert searched(index, Scope("2031-03-10", "2031-03-11")) == {"b"}


def test_a_publisher_that_is_asked_for_is_found_though_another_leads(index: Index):
    coast, wire = {"publisher": "Coast"}, {"publisher": "Wire"}
    coast_only = Scope(publishers=("Coast",))
    in_march = replace(coast_only, after="2031-03-01", before="2031-03-31")
    pieces = [article("a", published="2031-03-11", **coast), article("b", published="2031-03-10", **wire)]
    update(index, [*pieces, article("c", published="2031-03-12", **coast)])

    assert searched(index) == {"b"}
    assert searched(index, coast_only) == searched(index, in_march) == {"a"}
    assert searched(index, Scope(publishers=("Coast", "Wire"))) == {"b"}


def test_what_only_a_copy_says_is_found(index: Index):
    own = "\n\nA poet has written a ballad about the gulls."
    update(index, [article("a"), article("b", "\n\n".join(REPORT.split("\n\n")[:4]) + own)])

    assert index.copies(["a"]) == {"a": ("b",)}
    hits = retrieve(index, "poet ballad gulls", _anywhere(index), 100)
    assert [h.passage.article_id for h in hits if "ballad" in h.passage.text] == ["b"]
    assert hits[0].copies


@settings(max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(POOL)), max_size=12), st.data())
def test_stories_depend_on_what_is_there_and_not_on_how_it_came(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, Article]], data: st.DataObject
):
    there: dict[str, Article] = {}
    with open_index(tmp_path_factory.mktemp("settle") / "index") as index:
        for comes, piece in steps:
            if comes:
                there[piece.id] = piece
                update(index, [piece])
            elif there.pop(piece.id, None):
                index.catalogue.remove(piece.id)  # and killed before it settles
        settle(index.catalogue)
        kept = stories(index)
        assert verify(index) == ()
    with open_index(tmp_path_factory.mktemp("fresh") / "index") as fresh:
        update(fresh, data.draw(st.permutations(list(there.values()))))
        assert kept == stories(fresh)


def test_an_unchanged_article_is_not_looked_at_again(index: Index):
    update(index, POOL)
    before = index.catalogue.sequence()

    assert update(index, POOL).unchanged == len(POOL)
    assert settle(index.catalogue) == 0
    assert index.catalogue.sequence() == before


def test_where_the_lead_goes_a_copy_is_searched_at_once(index: Index):
    update(index, POOL)
    index.catalogue.remove("b")

    assert {"a", "c"} <= searched(index)  # killed here, each copy is found
    settle(index.catalogue)
    assert searched(index) == {"a", "e", "g"}


def test_a_copy_that_changed_is_searched_for_itself(index: Index):
    update(index, POOL[:2])
    assert searched(index) == {"b"}
    update(index, [replace(POOL[0], text=REPORT.replace("nine", "ten"))])

    assert searched(index) == {"a", "b"}
    assert index.copies(["a", "b"]) == {}


def test_chroma_holds_what_is_searched_and_follows(index: Index):
    update(index, POOL)
    assert index.projection.compare() is None
    with qa.Library(index) as library:
        assert library.remove(["b"]) == 1
        assert index.projection.compare() is None
        assert verify(index) == ()


def test_check_finds_passages_that_no_copy_stands_for_and_mends_them(index: Index):
    update(index, POOL)
    kept = stories(index)
    with index.catalogue.writing() as connection:
        connection.execute("INSERT OR IGNORE INTO echoes SELECT number FROM passages")
        connection.execute("DELETE FROM stories WHERE story = 'g'")

    assert any("left out of the search" in fault.what for fault in verify(index))
    assert all(fault.repairable for fault in verify(index, repair=True))
    assert verify(index) == ()
    assert stories(index) == kept


def test_the_same_page_by_two_addresses_is_one_story_and_one_hit(library: qa.Library, tmp_path: Path):
    page = library.article(next(library.articles()).id)
    assert page is not None
    both = [replace(page, id=f"{n}", source=url, url=url) for n, url in enumerate(("https://a.example/x", "https://b.example/x?utm=1"))]  # fmt: skip
    with qa.open(tmp_path / "index") as twice:
        twice.add(*both)
        answer = twice.ask("Who was hurt when the crane fell on Elm Quay?")

        assert [(hit.passage.article_id, hit.copies) for hit in answer.hits] == [("0", ("1",))]
        assert all(citation.copies == ("1",) for citation in answer.citations)


def test_an_update_stands_before_what_it_says_otherwise(index: Index):
    older = article("o", published="2031-03-10")
    newer = article("n", REPORT.replace("two dockers", "three dockers"), published="2031-03-11")
    update(index, [older, newer, article("x", TAIL.strip())])
    hits = retrieve(index, "crane", _anywhere(index), 100)
    first = [hit for hit in hits if hit.passage.article_id != "n"]
    last = [hit for hit in hits if hit.passage.article_id == "n"]
    turned = [replace(hit, score=1 / n) for n, hit in enumerate([*first, *last], start=1)]
    ordered = newer_first(turned, index.updates(["o", "n", "x"]))

    assert {h.passage.id for h in ordered} == {h.passage.id for h in hits}
    assert [h.score for h in ordered] == [h.score for h in turned]
    for hit in (h for h in ordered if h.passage.article_id == "o"):
        rivals = [
            h for h in ordered if h.passage.article_id == "n" and compete(h.passage.text, hit.passage.text)
        ]
        assert rivals
        assert all(ordered.index(rival) < ordered.index(hit) for rival in rivals)
