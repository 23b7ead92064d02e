"""Follow-ups: what is left unsaid is carried over, and a new topic is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from qa import Exchange
from qa.rephrase import is_follow_up, rephrase

PIKE = Exchange(
    "What was Dorian Pike’s sentence reduced to?",
    "It was reduced to two years.",
    "two years",
    ("Pike appeal",),
)
NIKE = Exchange(
    "What profit did Nike earn in 2004?", "Nike earned $261.9m in 2004.", "$261.9m", ("Nike grows",)
)
MAYOR = Exchange(
    "Who was elected mayor of Elmport?", "Mara Lindqvist was.", "Mara Lindqvist", ("Lindqvist is mayor",)
)
APPEAL = Exchange("Did Dorian Pike appeal?", "He did.", None, ("Pike appeal",))


@pytest.mark.parametrize(
    ("question", "last", "used"),
    [
        ("And in 2005?", NIKE, "What profit did Nike earn in 2005 (about Nike grows)?"),
        ("What about March 2005?", NIKE, "What profit did Nike earn in March 2005 (about Nike grows)?"),
        (
            "And in March 2030?",
            PIKE,
            "What was Dorian Pike’s sentence reduced to in March 2030 (about Pike appeal)?",
        ),
        ("And in Elmport?", NIKE, "What profit did Nike earn in 2004 in Elmport (about Nike grows)?"),
        ("When?", APPEAL, "When did Dorian Pike appeal?"),
        ("What did he say about it?", PIKE, "What did Dorian Pike say about it (about Pike appeal)?"),
        ("Who is her rival?", MAYOR, "Who is Mara Lindqvist’s rival (about Lindqvist is mayor; Elmport)?"),
        ("Who voted for her?", MAYOR, "Who voted for Mara Lindqvist (about Lindqvist is mayor; Elmport)?"),
        ("And the score?", MAYOR, "What about the score (about Lindqvist is mayor; Elmport)?"),
    ],
)
def test_what_is_left_unsaid_is_carried_over(question: str, last: Exchange, used: str):
    assert rephrase(question, [last]) == used


def test_a_lone_who_keeps_the_subject():
    assert "Pike" in rephrase("who?", [PIKE])


@pytest.mark.parametrize(
    "question",
    [
        "Who won the Boxing Day derby at Saltings Park?",
        "What did Margit Sollis say about her budget?",
        "How long is the Hathersow boat?",
        "When was the last inspection of the Alder Swing Bridge?",
    ],
)
def test_a_new_topic_is_asked_as_it_stands(question: str):
    assert not is_follow_up(question)
    assert rephrase(question, [PIKE, NIKE]) == question


def test_a_third_question_still_knows_the_topic_of_the_first():
    second = rephrase("What did he say about it?", [PIKE])
    third = rephrase("Who else spoke?", [PIKE, Exchange(second)])

    assert "Dorian Pike" in third
    assert "Pike appeal" in third


@given(
    any_text.filter(str.strip),
    st.lists(st.builds(Exchange, any_text, any_text, st.none() | any_text), max_size=3),
)
def test_any_question_after_any_conversation_is_one_question(question: str, history: list[Exchange]):
    used = rephrase(question, history)

    assert used
    assert history or used == question
