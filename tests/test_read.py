"""The extractive reader: every draft is a whole sentence of a passage that was found, the best one first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import articles, dirty_text, words

from indexes import Article, Passage, Span
from indexes.split import find_sentences
from qa.read import Page, coverage, read, stem, stems
from qa.retrieve import content_words
from qa.types import Hit


def page(article: Article, start: int = 0, end: int | None = None) -> Page:
    """A hit on a part of an article, ready to be read."""
    span = Span(start, len(article.text) if end is None else end)
    passage = Passage(article.id, article.edition, span, span.cut(article.text))
    hit = Hit(passage, article.source, article.title, 1.0, {"lexical": 1})
    return Page(hit, article, tuple(find_sentences(article.text)))


def ask(question: str, *pages: Page):
    return read(question, pages, dict.fromkeys(content_words(question), 1.0))


def quotes(drafts, article: Article) -> list[str]:
    return [draft.span.cut(article.text) for draft in drafts]


CRANE = Article(
    id="c", source="c", title="Crane falls", text="It fell on Monday. Two dockers were hurt. Rain is due."
)


@given(st.data(), articles(), dirty_text)
@settings(max_examples=50)
def test_drafts_are_the_sentences_that_the_passages_touch_each_once_best_first(
    data, article: Article, question: str
):
    start = data.draw(st.integers(0, len(article.text) - 1))
    end = data.draw(st.integers(start + 1, len(article.text)))
    pages = [page(article, start, end), page(article, start, end)]
    drafts = ask(question, *pages)

    assert sorted(d.span for d in drafts) == [
        s for s in find_sentences(article.text) if s.overlaps(Span(start, end))
    ]
    assert [d.score for d in drafts] == sorted((d.score for d in drafts), reverse=True)
    assert all(0 <= d.score <= 1 for d in drafts)


def test_nothing_found_is_nothing_to_read():
    assert ask("Who?") == ()


def test_the_sentence_with_the_words_of_the_question_comes_first():
    assert quotes(ask("How many dockers were hurt?", page(CRANE)), CRANE)[0] == "Two dockers were hurt."


def test_of_equal_sentences_that_of_the_better_hit_comes_first():
    other = Article(id="o", source="o", text="Two sailors were hurt.")
    drafts = ask("Who was hurt?", page(CRANE), page(other))

    assert [d.hit.passage.article_id for d in drafts if d.score > 0.9] == ["c", "o"]
    assert drafts[0].score > drafts[1].score


def test_only_sentences_of_the_passage_are_read_not_the_whole_article():
    first = CRANE.text.index("Two")

    assert quotes(ask("Is rain due?", page(CRANE, 0, first)), CRANE) == ["It fell on Monday."]


def test_a_sentence_that_two_passages_share_belongs_to_the_better_hit():
    better, worse = page(CRANE, 0, 25), page(CRANE, 20)
    shared = next(d for d in ask("dockers", worse, better) if d.span.cut(CRANE.text).startswith("Two"))

    assert shared.hit == worse.hit


@pytest.mark.parametrize(
    ("word", "expected"),
    [("hurt", 1.0), ("monday", 0.5), ("rain", 0.5), ("crane", 0.5), ("council", 0.0)],
)
def test_a_word_beside_the_sentence_or_in_the_title_counts_half(word: str, expected: float):
    assert coverage({stem(word): 3.0}, page(CRANE), 1) == expected


def test_a_word_further_away_counts_less_and_one_outside_the_passage_not_at_all():
    assert coverage({"due": 1.0}, page(CRANE), 0) == 0.3
    assert coverage({"due": 1.0}, page(CRANE, 0, 20), 0) == 0.0


def test_a_rare_word_weighs_more_than_a_common_one():
    both = {"monday": 3.0, "council": 1.0}

    assert coverage(both, page(CRANE), 0) == 0.75


@given(articles(), st.dictionaries(words.map(str.lower), st.floats(0, 20)))
def test_coverage_is_a_share(article: Article, wanted: dict[str, float]):
    shares = [coverage(wanted, page(article), i) for i in range(len(page(article).sentences))]

    assert all(0 <= share <= 1 for share in shares)


@given(words.map(str.lower))
def test_a_stem_begins_its_word_and_keeps_three_letters_of_it(word: str):
    assert word.startswith(stem(word))
    assert len(stem(word)) >= min(3, len(word))


def test_forms_of_a_word_meet_in_their_stem():
    assert stems("The ferries sailed; the mayor's ship is sailing.") >= {"ferr", "sail", "mayor", "ship"}
    assert stem("is") == "is"
