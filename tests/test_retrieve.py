"""Retrieval: any text can be searched, the fused list keeps its laws, dates keep out what they should."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import any_text, rankings

import qa
from indexes import Article, Index, Scored, update
from qa.retrieve import MAX_QUESTION_WORDS, WEIGHED, fuse, match_query, rarest, retrieve
from qa.words import STOP_WORDS, content_words

LISTS = st.fixed_dictionaries({"dense": rankings(), "lexical": rankings()})


@given(LISTS)
def test_fusing_gives_each_passage_of_any_list_once_with_scores_that_never_rise(
    lists: dict[str, list[Scored]],
):
    fused = fuse(lists)
    numbers = [s.number for s in fused]

    assert len(numbers) == len(set(numbers))
    assert set(numbers) == {s.number for found in lists.values() for s in found}
    assert [s.score for s in fused] == sorted((s.score for s in fused), reverse=True)


@given(LISTS, st.integers(31, 40))
def test_a_passage_first_in_both_lists_is_first(lists: dict[str, list[Scored]], best: int):
    fused = fuse({name: [Scored(best, 99.0), *found] for name, found in lists.items()})

    assert fused[0].number == best


@given(LISTS)
def test_a_passage_that_a_further_list_finds_never_falls(lists: dict[str, list[Scored]]):
    alone = fuse({"dense": lists["dense"]})
    scores = {s.number: s.score for s in fuse(lists)}

    assert all(scores[s.number] >= s.score for s in alone)


def test_scores_of_different_searches_are_never_compared():
    fused = fuse({"dense": [Scored(1, 0.1)], "lexical": [Scored(2, 1e6), Scored(1, 1e-6)]})

    assert [s.number for s in fused] == [1, 2]


def test_equal_scores_are_ordered_by_number():
    fused = fuse({"a": [Scored(9, 1.0), Scored(4, 0.5)], "b": [Scored(4, 1.0), Scored(9, 0.5)]})

    assert [s.number for s in fused] == [4, 9]


@given(any_text)
@example('crane" OR title:"x')
@example("NEAR(crane quay, 2) * ^ - +")
@example("_ __ ²")
@example("\ud800 \udce9 \0")
def test_any_text_at_all_can_be_searched(library: qa.Library, text: str):
    match = match_query(content_words(text))
    terms = match.split(" OR ") if match else []

    assert all(t[0] == t[-1] == '"' and '"' not in t[1:-1] for t in terms)
    if match:
        assert len(library.index.search_words(match, 5)) <= 5


@given(any_text, st.integers(1, 4))
@settings(max_examples=50)
def test_hits_are_unique_ordered_at_most_k_and_say_who_found_them(library: qa.Library, text: str, k: int):
    vector = np.ones(library.index.embedder.dimension, np.float32) / library.index.embedder.dimension**0.5
    hits = retrieve(library.index, text, vector, k)

    assert len({h.passage.id for h in hits}) == len(hits) == min(k, 3)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert all(
        h.ranks and h.ranks.keys() <= {"dense", "lexical"} and min(h.ranks.values()) >= 1 for h in hits
    )


def test_a_hit_names_its_article_and_where_each_search_had_it(library: qa.Library):
    question = "Who is mayor of Elmport?"
    hit = retrieve(library.index, question, library.index.embedder.embed([question])[0], 3)[0]

    assert (hit.source, hit.title) == ("https://wire.example/mayor", "Lindqvist is mayor")
    assert hit.ranks == {"dense": 1, "lexical": 1}


def test_a_name_is_found_by_its_letters_when_its_vector_says_nothing(library: qa.Library):
    nothing = np.zeros(library.index.embedder.dimension, np.float32)

    assert retrieve(library.index, "Okafor", nothing, 1)[0].title == "Crane falls at Elm Quay"


def test_words_that_carry_no_meaning_are_searched_only_when_there_are_no_others():
    assert content_words("Who is the mayor of Elmport, the MAYOR?") == ["mayor", "elmport"]
    assert content_words("What was it?") == ["what", "was", "it"]
    assert match_query(content_words("?!…")) == ""


@given(any_text)
def test_content_words_are_distinct_and_stop_words_stand_alone(text: str):
    found = content_words(text)

    assert len(found) == len(set(found))
    assert not set(found) & STOP_WORDS or set(found) <= STOP_WORDS
    assert found or not any(c.isalnum() for c in text)


def test_a_pasted_page_is_searched_by_its_first_words_only(library: qa.Library):
    page = " ".join(f"word{i}" for i in range(MAX_QUESTION_WORDS)) + " crane" * 5_000
    nothing = np.zeros(library.index.embedder.dimension, np.float32)

    assert all("lexical" not in hit.ranks for hit in retrieve(library.index, page, nothing, 3))


frequencies = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=4), st.integers(0, 3 * WEIGHED), max_size=12
)


@given(frequencies)
def test_the_rarest_words_are_searched_in_their_order_and_never_fewer_than_two(frequency: dict[str, int]):
    words = sorted(frequency)
    kept = rarest(words, frequency)

    assert [w for w in words if w in kept] == kept
    assert len(kept) >= min(2, len(words))
    assert len(kept) <= 2 or sum(frequency[w] for w in kept) <= WEIGHED
    assert all(frequency[k] <= frequency[left] for k in kept for left in set(words) - set(kept))


@pytest.mark.parametrize(
    ("after", "before", "inside"),
    [
        (None, None, {"undated", "year", "month", "day", "minute"}),
        ("2031-03-10", None, {"year", "month", "minute"}),
        ("2031-03-10", "2031-03-12", {"year", "month"}),
        (None, "2031-03-09", {"year", "month", "day"}),
        ("2031-03-09", "2031-03-09", {"year", "month", "day"}),
        ("2031-03-31", "2031-03-31", {"year", "month", "minute"}),
        ("2031-04-01", None, {"year"}),
        (None, "2031-02-28", {"year"}),
        ("2032-01-01", None, set()),
        (None, "2030-12-31", set()),
    ],
)
def test_an_article_is_inside_when_any_of_its_days_is_and_an_undated_one_never_is(
    dated_index: Index, after: str | None, before: str | None, inside: set[str]
):
    vector = dated_index.embedder.embed(["crane"])[0]
    hits = retrieve(dated_index, "crane", vector, 10, qa.Scope(after, before))

    assert {hit.passage.article_id for hit in hits} == inside


@pytest.fixture(scope="module")
def dated_index(tmp_path_factory: pytest.TempPathFactory, tiny_model):
    """One article of each precision, about the same thing."""
    published = {
        "undated": None, "year": "2031", "month": "2031-03", "day": "2031-03-09", "minute": "2031-03-31T23:59-04:00",
    }  # fmt: skip
    with Index.open(tmp_path_factory.mktemp("dated") / "index", create=True, model=str(tiny_model)) as index:
        update(
            index, [Article(id=i, source=i, text=f"A crane, {i}.", published=p) for i, p in published.items()]
        )
        yield index
