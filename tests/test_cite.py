"""Citing: a quote is the stored text at its offsets, or there is no citation."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from indexes import Article, Index, Span, update
from qa.cite import cite_article, holds

# What code points, bytes and graphemes disagree about.
ODD = {
    "emoji": "Fire crew 👩‍🚒🧑🏽‍🚒 praised. The 🇳🇴 flag flew.",
    "accents": "Zoe\u0308 et Zoë, cafe\u0301. Ça va?",
    "right-to-left": "ראש העיר אמרה “כן”. قال العمدة لا.",
    "wide": "東京で会議。𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝒆𝒏𝒅𝒔.",
    "quotes": "“It was sound,” she said. 'No,' he said: \"never\".",
    "markup": "<script>alert(1)</script> & [1](http://x) \\u0041 %s {0}",
}


@pytest.fixture(scope="module")
def odd_index(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path):
    """An index of the odd texts; nobody changes it."""
    with Index.open(tmp_path_factory.mktemp("odd") / "index", create=True, model=str(tiny_model)) as index:
        update(index, [Article(id=name, source=name, text=text) for name, text in ODD.items()])
        yield index


@given(st.data(), st.sampled_from(sorted(ODD)))
def test_any_span_of_a_stored_text_is_quoted_exactly_and_any_other_is_refused(
    odd_index: Index, data, name: str
):
    stored = odd_index.article(name)
    start = data.draw(st.integers(0, len(ODD[name])))
    span = Span(start, data.draw(st.integers(start + 1, len(ODD[name]) + 3)))
    citation = cite_article(stored, stored.edition, span)

    if span.end > len(ODD[name]):
        assert citation is None
    else:
        assert citation.quote == ODD[name][span.start : span.end]
        assert holds(odd_index, citation)


def test_another_edition_is_not_cited(odd_index: Index):
    assert cite_article(odd_index.article("emoji"), "0" * 12, Span(0, 1)) is None


def test_a_citation_says_who_and_when(library: qa.Library):
    ferry = next(a for a in library.articles() if a.source.endswith("ferry.md"))
    citation = cite_article(ferry, ferry.edition, Span(0, 9))

    assert (citation.publisher, citation.byline, citation.published) == (
        "Quay News",
        "Tom Reed",
        "2031-03-04",
    )
    assert (citation.title, citation.source, citation.url) == ("Ferry fares rise", ferry.source, None)


@pytest.mark.parametrize(
    "altered",
    [
        {"quote": "Fire Crew"},
        {"span": Span(1, 10)},
        {"edition": "0" * 12},
        {"article_id": "nobody"},
        {"article_id": "accents"},
    ],
)
def test_an_altered_citation_does_not_hold(odd_index: Index, altered: dict[str, object]):
    emoji = odd_index.article("emoji")
    citation = cite_article(emoji, emoji.edition, Span(0, 9))

    assert holds(odd_index, citation)
    assert not holds(odd_index, replace(citation, **altered))


def test_a_citation_outlives_its_edition_and_its_article_until_they_are_purged(tiny_index: Index):
    old = Article(id="a", source="a", text="The crane fell on Monday.")
    update(tiny_index, [old])
    citation = cite_article(tiny_index.article("a"), old.edition, Span(0, 25))
    update(tiny_index, [replace(old, text="The crane fell on Tuesday.")])
    after_change = holds(tiny_index, citation)
    tiny_index.catalogue.remove("a")
    after_removal = holds(tiny_index, citation)
    tiny_index.catalogue.purge()

    assert (after_change, after_removal, holds(tiny_index, citation)) == (True, True, False)


def test_an_edition_that_was_tampered_with_is_not_cited_and_citations_of_it_do_not_hold(tiny_index: Index):
    article = Article(id="a", source="a", text="The crane fell on Monday.", publisher="Quay News")
    update(tiny_index, [article])
    citation = cite_article(tiny_index.article("a"), article.edition, Span(0, 25))
    with tiny_index.catalogue.writing() as connection:
        connection.execute("UPDATE editions SET publisher = 'Coast Wire'")

    assert not holds(tiny_index, citation)
    assert cite_article(tiny_index.article("a"), article.edition, Span(0, 25)) is None
