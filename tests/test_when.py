"""When it was so: the time of a question and the value that held then."""

from dataclasses import replace

import pytest

import qa
from indexes import Article, Passage, Span
from qa.read import Draft, Page
from qa.types import Hit
from qa.when import Period, out_of_period, plainly, timely

PERIOD = Period("2031-10-06", "2032-05-18")


def page(text: str, published: str | None = None) -> Page:
    article = Article(f"a{published}", "a.txt", text, published=published)
    return Page(
        Hit(Passage(article.id, article.edition, Span(0, len(text)), text), "a.txt", "", 1.0, {}), article, ()
    )


def ranked(*days: str | None) -> list[tuple[float, Draft]]:
    drafts = [Draft(page("It cost £2m.", day), Span(0, 12), Span(8, 11), ()) for day in days]
    return [(2.0 - 0.1 * i, draft) for i, draft in enumerate(drafts)]


def days(found: list[tuple[float, Draft]]) -> list[str | None]:
    return [draft.page.article.published for _, draft in found]


@pytest.mark.parametrize(
    ("question", "outside"),
    [
        ("Who won the cup in 1987?", True),
        ("What will it cost in March 2040?", True),
        ("What did it cost in February 2032?", False),
        ("When did the bridge of 1926 open?", False),  # a passage names the year
        ("What did it cost in 2031?", False),
        ("What did it cost?", False),
    ],
)
def test_a_time_outside_everything_indexed_is_told(question: str, outside: bool):
    reason = out_of_period(question, lambda: PERIOD, [page("The bridge opened in 1926.", "2031-10-07")])

    assert (reason is not None) == outside
    if reason:
        assert "2031-10-06 to 2032-05-18" in reason


def test_without_dated_articles_no_time_is_outside():
    assert out_of_period("Who won the cup in 1987?", lambda: None, []) is None


def test_the_latest_is_the_one_published_last():
    drafts = ranked("2031-10-07", "2032-03-17", None)

    assert days(timely("What is the latest estimate?", drafts)) == ["2032-03-17", "2031-10-07", None]
    assert timely("What was the estimate?", drafts) == drafts


def test_as_of_a_day_the_last_one_published_by_then():
    drafts = ranked("2031-10-07", "2032-03-17", "2031-12-02")

    assert days(timely("What was the estimate as of January 2032?", drafts))[0] == "2031-12-02"
    assert days(timely("What was the estimate by April 2032?", drafts))[0] == "2032-03-17"
    assert days(timely("What was the estimate before December 2031?", drafts))[0] == "2031-10-07"


def test_a_draft_far_below_the_best_stays_below():
    drafts = [(5.0, ranked("2031-10-07")[0][1]), (1.0, ranked("2032-03-17")[0][1])]

    assert timely("What is the latest estimate?", drafts) == drafts


def test_an_answer_says_as_of_when_it_held(library: qa.Library):
    answer = library.ask("How much does the ferry to Skerry cost from April?")

    assert answer.as_of == "2031-03-04"
    undated = library.ask("What fell on Elm Quay?")
    assert undated.statements
    assert undated.as_of is None


def test_a_question_of_another_century_abstains_and_names_the_period(library: qa.Library):
    answer = library.ask("How much did the ferry to Skerry cost in 1950?")

    assert answer.abstained
    assert "2031-03-04 to 2031-05-02" in (answer.reason or "")


def told(*texts: str, published: str | None = "2032-03-17") -> list[tuple[float, Draft]]:
    pages = [page(text, published) for text in texts]
    return [
        (2.0 - 0.1 * i, Draft(p, Span(0, len(p.article.text)), Span(0, 2), ())) for i, p in enumerate(pages)
    ]


def test_what_is_told_of_the_time_that_is_asked_for_comes_before_the_rest():
    drafts = told("It cost £3m on Monday.", "It cost £2m in May 2031.", "It cost £1m last May.")

    found = [d.page.article.text for _, d in timely("What did it cost in May 2031?", drafts)]
    assert found[:2] == ["It cost £2m in May 2031.", "It cost £1m last May."]
    assert timely("What did it cost in 1950?", drafts) == drafts


def test_an_article_of_the_time_tells_of_it_where_it_names_no_other():
    drafts = told("It cost £3m in May 2031.", "It cost £2m.")

    assert timely("What did it cost in March 2032?", drafts) == [drafts[1], drafts[0]]


def test_before_an_event_the_last_one_published_by_then():
    vote = page("The election was held on 2 May 2031.", "2031-05-03")
    vote = replace(vote, sentences=(Span(0, len(vote.article.text)),))
    drafts = [*ranked("2031-06-01", "2031-04-01"), (1.8, Draft(vote, Span(0, 12), Span(0, 3), ()))]

    assert days(timely("What was the estimate before the election?", drafts))[0] == "2031-04-01"
    assert days(timely("What was the estimate before the flood?", drafts))[0] == "2031-06-01"


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("What did it cost as of January 2032?", "What did it cost?"),
        ("How many were hurt as of the afternoon of 14 November 2031?", "How many were hurt?"),
        ("When was it to open, as of March 2032?", "When was it to open?"),
        (
            "What did Ines Okafor say about the crane in March 2032?",
            "What did Ines Okafor say about the crane?",
        ),
        ("What did it cost in March 2032?", "What did it cost in March 2032?"),
        ("What did it cost as of May 1990?", "What did it cost as of May 1990?"),
        ("What did it cost?", "What did it cost?"),
    ],
)
def test_the_time_from_which_a_question_looks_is_not_looked_for_in_the_articles(question: str, plain: str):
    assert plainly(question, lambda: PERIOD) == plain
    assert plainly(question, lambda: None) == question


def test_what_somebody_said_at_another_time_is_no_answer():
    then, later, unknown = (
        told("It was sound.", published=day)[0] for day in ("2031-11-04", "2032-03-17", None)
    )

    found = timely("What did Ines Okafor say of it in November 2031?", [later, then, unknown])
    assert found == [then, unknown]
    assert timely("What did Ines Okafor say of it in January 2032?", [later, then]) == []
