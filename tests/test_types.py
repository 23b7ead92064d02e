"""The nouns refuse what breaks their laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes import Article, Passage, Span
from indexes.types import ISO_DATE, Recipe, digest


@given(st.integers(-3, 5), st.integers(-3, 5))
def test_a_span_is_never_empty_and_never_negative(start: int, end: int):
    if 0 <= start < end:
        assert Span(start, end).cut("abcdefgh") == "abcdefgh"[start:end]
    else:
        with pytest.raises(ValueError, match="0 <= start < end"):
            Span(start, end)


spans = st.tuples(st.integers(0, 20), st.integers(1, 10)).map(lambda t: Span(t[0], t[0] + t[1]))


@given(spans, spans)
def test_overlap_and_containment_agree_with_sets_of_characters(a: Span, b: Span):
    inside, other = set(range(a.start, a.end)), set(range(b.start, b.end))

    assert a.overlaps(b) == bool(inside & other)
    assert a.within(b) == (inside <= other)


def test_an_article_without_text_is_refused():
    with pytest.raises(ValueError, match="has no text"):
        Article(id="a", source="a.txt", text=" \n")


@pytest.mark.parametrize(
    "value", ["2025", "2025-08", "2025-08-29", "2025-08-29T16:47-04:00", "2025-08-29T16:47:00Z"]
)
def test_iso_dates_are_taken_as_precise_as_they_are(value: str):
    assert Article(id="a", source="a.txt", text="x", published=value).published == value


@pytest.mark.parametrize("value", ["29/08/2025", "2025-13", "2025-08-32", "yesterday", "", "2025-8-1"])
def test_other_dates_are_refused(value: str):
    assert not ISO_DATE.fullmatch(value)
    with pytest.raises(ValueError, match="ISO 8601"):
        Article(id="a", source="a.txt", text="x", published=value)


def test_every_indexed_field_makes_another_edition_and_what_is_not_indexed_does_not():
    first = {"id": "a", "source": "a.txt", "text": "x"}
    editions = {Article(**first).edition, Article(**{**first, "text": "y"}).edition}
    for name, value in {
        "title": "t", "byline": "b", "publisher": "p", "published": "2025", "updated": "2026", "language": "en",
        "kind": "opinion", "parent": "q", "url": "u",
    }.items():  # fmt: skip
        editions.add(Article(**first, **{name: value}).edition)

    assert len(editions) == 11
    assert Article(**{**first, "source": "moved.txt"}).edition == Article(**first).edition
    assert Article(**{**first, "removed": ("1 month ago",)}).edition == Article(**first).edition


@given(st.lists(st.none() | st.text()), st.lists(st.none() | st.text()))
def test_digests_of_different_parts_differ(a: list[str | None], b: list[str | None]):
    assert (digest(*a) == digest(*b)) == (a == b)


def test_a_passage_holds_as_many_characters_as_its_span():
    with pytest.raises(ValueError, match="holds 2 characters"):
        Passage("a", "e", Span(0, 3), "ab")


def test_a_recipe_is_known_by_its_weights_and_rules_not_by_the_models_name():
    recipe = Recipe("model", "w1", 384, 256, 1)

    assert Recipe("elsewhere/model", "w1", 384, 256, 1).fingerprint == recipe.fingerprint
    assert Recipe("model", "w2", 384, 256, 1).fingerprint != recipe.fingerprint
    assert Recipe("model", "w1", 384, 256, 2).fingerprint != recipe.fingerprint
