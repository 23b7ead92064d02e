"""Amounts that a text itself sets against each other."""

import pytest

from indexes import Article, Passage, Span
from indexes.split import find_sentences
from qa.contrast import Report, beside, set_against
from qa.read import Draft, Page
from qa.types import Hit
from qa.values import value_of


def reports(text: str, words: str) -> tuple[Report, list[Draft]]:
    """The report that gives these words as its value, and a draft for every sentence of the text."""
    article = Article("a", "a.txt", text, published="2031-03-04")
    sentences = tuple(find_sentences(text))
    hit = Hit(Passage("a", article.edition, Span(0, len(text)), text), "a.txt", "", 1.0, {})
    page = Page(hit, article, sentences)
    start = text.index(words)
    answer = Span(start, start + len(words))
    (sentence,) = [s for s in sentences if s.overlaps(answer)]
    value = value_of("number", text, sentence, answer, article.published)
    assert value is not None
    drafts = [Draft(page, s, answer if s == sentence else s, ()) for s in sentences]
    (own,) = [d for d in drafts if d.span == sentence]
    return Report(own, value, answer), drafts


def cut(report: Report) -> str:
    return report.words.cut(report.draft.page.article.text)


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("The bridge cost £6.2m, and not the £5.6m that the council names.", "£6.2m", [("£5.6m", None)]),
        ("The bridge cost £6.2m, and not the £5.6m that the council names.", "£5.6m", [("£6.2m", None)]),
        ("It cut the number of posts to go from 240 to 185.", "185", [("240", "before")]),
        ("It cut the number of posts to go from 240 to 185.", "240", [("185", "after")]),
        ("The report also gave his age as 42; he was 44.", "44", [("42", "before")]),
        ("It sold 240 boats and 185 oars.", "240", []),
        ("It went from 240 boats to £9.", "£9", []),
    ],
)
def test_a_sentence_sets_amounts_against_each_other(
    text: str, words: str, found: list[tuple[str, str | None]]
):
    answer, drafts = reports(text, words)

    assert [(cut(other), other.when) for other in set_against(answer, drafts)] == found


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Police put the crowd at 3,000. The council says 5,000.", "3,000", [("5,000", None)]),
        ("Police put the crowd at 3,000. The council says 3,000 too.", "3,000", []),
        ("Police put the crowd at 3,000. There were 5,000 buns.", "3,000", []),
        ("Brannick puts its loss at £9m. Palliser, which has to pay, says £14m.", "£9m", [("£14m", None)]),
        (
            "Our report said that it was 4,400 years old. The boat is 2,770 years old.",
            "4,400 years",
            [("2,770", "after")],
        ),
    ],
)
def test_somebody_close_by_puts_it_otherwise(text: str, words: str, found: list[tuple[str, str | None]]):
    answer, _ = reports(text, words)

    assert [(cut(other), other.when) for other in beside(answer, answer)] == found
