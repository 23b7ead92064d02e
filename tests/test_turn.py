"""A conversation as data: every quote is looked up again, and what comes is there as soon as it comes."""

import pytest

import qa
from qa.turn import Turn, answering, opened
from qa.types import Scope

EVERYTHING = Scope()
FARES = "How much does the ferry to Skerry cost?"


def last(library: qa.Library, question: str, turns: tuple[Turn, ...] = (), scope: Scope = EVERYTHING) -> Turn:
    *_, turn = answering(library, opened(question, turns, scope), turns)
    return turn


def test_a_turn_looks_every_quote_up_again(library):
    turn = last(library, FARES)

    assert turn.answer is not None
    assert not turn.abstained
    assert turn.places
    assert all(place.exact for place in turn.places)


def test_each_statement_is_there_as_soon_as_it_comes(library):
    first, *_, whole = answering(library, opened(FARES, ()))

    assert first.open
    assert len(first.statements) == 1
    assert first.places == whole.places[: len(first.places)]
    assert not whole.open


def test_an_abstention_shows_one_passage_of_each_article(library):
    turn = last(library, "What is the price of uranium on Mars?")

    assert turn.abstained
    assert turn.places
    assert len({place.article_id for place in turn.places}) == len(turn.places)


def test_what_the_user_can_fix_is_the_problem_of_the_turn(library):
    for question in ("who " * 2_000, "?!", "\ud800"):
        assert (last(library, question).problem or "").startswith("the question")
    assert "not a day" in str(last(library, FARES, scope=Scope(after="soon")).problem)
    assert "no article names" in str(last(library, FARES, scope=Scope(publishers=("Sun",))).problem)


def test_a_follow_up_leans_on_the_turns_before(library):
    first = last(library, "Who was elected mayor of Elmport?")

    second = last(library, "By how many votes was she?", (first,))

    assert second.number == 2
    assert second.answer is not None
    assert second.answer.question_used != second.question


def test_a_scope_keeps_to_dates_and_publishers(library):
    assert last(library, FARES, scope=Scope(publishers=("Coast Wire",))).abstained
    assert not last(library, FARES, scope=Scope("2031-03-01", "2031-03-31", ("Quay News",))).abstained


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(), ""),
        (Scope("2031-01-02"), "Only articles published on 2031-01-02 or later"),
        (Scope(None, "2031-01-02"), "Only articles published on 2031-01-02 or earlier"),
        (
            Scope("2031-01-02", "2031-02-03", ("A", "B")),
            "Only articles published from 2031-01-02 to 2031-02-03 by A, B",
        ),
    ],
)
def test_a_scope_is_said_in_words(scope, words):
    assert scope.words() == words
