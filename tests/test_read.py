"""Reading: every draft is a whole sentence of a passage that was read, with the answer inside it."""

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import articles, dirty_text, words

from indexes import Article, Passage, Span
from indexes.split import find_sentences
from qa.model import Reading
from qa.read import EVIDENCE, Page, coverage, draft, text_of, understand
from qa.types import Hit
from qa.words import content_words, stem


def page(article: Article, start: int = 0, end: int | None = None, *, rank: int = 1) -> Page:
    """A hit on a part of an article, ready to be read."""
    span = Span(start, len(article.text) if end is None else end)
    passage = Passage(article.id, article.edition, span, span.cut(article.text))
    hit = Hit(passage, article.source, article.title, 1.0, {"lexical": rank})
    return Page(hit, article, tuple(s for s in find_sentences(article.text) if s.overlaps(span)))


def asked(question: str):
    return understand(question, dict.fromkeys(content_words(question), 1.0))


def reading(read: Page, span: float = -1.0) -> Reading:
    """The whole of each sentence is its best span."""
    return Reading(0.5, 0.25, tuple((s, span) for s in text_of(read).sentences))


CRANE = Article(
    id="c", source="c", title="Crane falls", text="It fell on Monday. Two dockers were hurt. Rain is due."
)


@given(st.data(), articles(), dirty_text)
@settings(max_examples=50)
def test_drafts_are_the_sentences_that_the_passages_touch_each_once(data, article: Article, question: str):
    start = data.draw(st.integers(0, len(article.text) - 1))
    end = data.draw(st.integers(start + 1, len(article.text)))
    pages = [page(article, start, end), page(article, start, end)]
    drafts = draft(asked(question), pages, [reading(p) for p in pages])

    assert sorted(d.span for d in drafts) == list(pages[0].sentences)
    for found in drafts:
        assert len(found.features) == len(EVIDENCE)
        assert found.span.start <= found.answer.start < found.answer.end <= found.span.end
        assert start <= found.answer.start
        assert found.answer.end <= end


def test_nothing_found_is_nothing_to_read():
    assert draft(asked("Who?"), [], []) == ()


def test_a_sentence_of_which_no_word_was_read_has_no_draft():
    read = page(CRANE)
    part = Reading(0.5, 0.25, (None, *reading(read).spans[1:]))

    assert [d.span.cut(CRANE.text) for d in draft(asked("Who?"), [read], [part])] == [
        "Two dockers were hurt.",
        "Rain is due.",
    ]


def test_a_sentence_that_two_passages_share_is_taken_as_the_model_read_it_best():
    worse, better = page(CRANE, 0, 25), page(CRANE, 20)
    drafts = draft(asked("dockers"), [worse, better], [reading(worse, -5.0), reading(better, -1.0)])
    shared = next(d for d in drafts if d.span.cut(CRANE.text).startswith("Two"))

    assert shared.page == better


def test_what_speaks_for_a_draft_is_named():
    read = page(CRANE, rank=6)
    found = draft(asked("How many dockers fell at Skerry in 2031?"), [read], [reading(read)])[1]
    evidence = dict(zip(EVIDENCE, found.features, strict=True))

    assert (evidence["span"], evidence["answerable"], evidence["relevant"]) == (-1.0, 0.5, 0.25)
    assert (evidence["lexical"], evidence["names"], evidence["numbers"], evidence["fits"]) == (0.5, 1, 1, 1)
    assert 0 < evidence["sentence"] < 1


@given(st.dictionaries(words.map(str.lower), st.floats(0, 20)), st.sets(words.map(str.lower)))
def test_coverage_is_a_share(wanted: dict[str, float], held: set[str]):
    assert 0 <= coverage(wanted, held, set(list(wanted)[:2]), set(list(wanted)[:4])) <= 1 + 1e-9


def test_a_rare_word_weighs_more_and_one_further_away_less():
    assert coverage({"monday": 3.0, "council": 1.0}, {"monday"}, set(), set()) == 0.75
    assert coverage({"monday": 1.0}, set(), {"monday"}, {"monday"}) == 0.5
    assert coverage({"monday": 1.0}, set(), set(), {"monday"}) == 0.3
    assert coverage({stem("ferries"): 1.0}, set(), set(), set()) == 0.0
