"""The conversation as HTML: whatever comes from outside is shown as it is; what an answer rests on can be seen."""

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from showing import (
    CLOSED,
    CRIED,
    STORY,
    TEXTS,
    answered,
    article_of,
    citation_in,
    is_ours,
    place_in,
    stripped,
)

import qa
from qa import page
from qa.turn import Turn
from qa.types import Dropped, Scope


@given(TEXTS, TEXTS, TEXTS)
def test_no_question_answer_problem_speaker_or_example_becomes_markup(question, reason, other):
    article = article_of(other, publisher=other)
    near = place_in(article, qa.Span(0, len(other)), speaker=reason, exact=False)
    abstained = Turn(
        1, question, qa.Answer(question, (), 0.1, (), reason=reason, question_used=other), (near,)
    )
    failed = Turn(2, question, problem=reason, scope=Scope(publishers=(other, question)))
    given_up = replace(answered(article, qa.Span(0, len(other)), question=question), remark=reason)
    written = replace(
        given_up, answer=replace(given_up.answer, llm=other, note=reason, dropped=(Dropped(question, other),))
    )

    assert is_ours(page.conversation((abstained, failed, given_up, written)))
    assert is_ours(page.welcome_html(3, other, (question, reason)))
    assert is_ours(page.welcome_html(0, other, ()))


def test_a_citation_names_who_and_when_and_that_the_quote_is_exact():
    shown = stripped(page.chip(answered(STORY, CLOSED), 1))

    assert shown == "Citation 1 Quay News 7 October 2031 ✓ exact quote"


def test_a_chip_holds_its_quote_exactly_and_shows_it_where_a_statement_has_other_words():
    turn = answered(article_of("It  rained\nall day."), qa.Span(0, 19))

    assert 'title="It  rained\nall day."' in page.chip(turn, 1, said="It rained all day.")
    assert "qa-quote" not in page.chip(turn, 1, said="It rained all day.")
    assert "“It rained all day.”" in stripped(page.chip(turn, 1, said="The day was wet."))


def test_a_quote_that_is_not_in_the_stored_text_is_not_called_exact():
    turn = Turn(1, "Who?", answered(STORY, CLOSED).answer, (place_in(STORY, CLOSED, exact=False),))

    assert "exact quote" not in page.chip(turn, 1)
    assert "not in the stored text" in page.chip(turn, 1)


def test_a_citation_without_publisher_and_date_says_so():
    bare = article_of("The pier closed.", title="Pier closes")

    assert "Pier closes undated" in stripped(page.chip(answered(bare, qa.Span(0, 16)), 1))


def test_an_answer_shows_its_confidence_in_words_with_the_number():
    assert "Confidence: fair (0.70), as of 7 October 2031" in stripped(
        page.turn_html(answered(STORY, CLOSED, confidence=0.7))
    )


def test_the_words_that_answer_are_set_off():
    turn = answered(STORY, CLOSED, short="on Monday")

    assert '<em class="qa-short"><bdi>on Monday</bdi></em>' in page.turn_html(turn)


@pytest.mark.parametrize(("how", "head"), [("differs", "Reports differ"), ("changed", "Over time")])
def test_reports_that_differ_have_citations_of_their_own(how: str, head: str):
    other = qa.Alternative("The mayor cried.", (citation_in(STORY, CRIED),), "cried", how)
    answer = qa.Answer(
        "Who?",
        (qa.Statement("Closed.", (citation_in(STORY, CLOSED),)),),
        0.9,
        (),
        short="on Monday",
        others=(other,),
    )
    turn = Turn(1, "Who?", answer, (place_in(STORY, CLOSED), place_in(STORY, CRIED)))

    shown = page.turn_html(turn)

    assert f"{head}</caption>" in shown
    assert re.findall(r'data-place="([\d.]+)"', shown) == [
        "1.1",
        "1.1",
        "1.2",
    ]  # the answer's own value has a row
    assert re.findall(r"<th><bdi>(.*?)</bdi>", shown) == ["on Monday", "cried"]


def test_a_citation_of_two_statements_is_one_chip_number():
    citation = citation_in(STORY, CLOSED)
    answer = qa.Answer(
        "Who?", (qa.Statement("It closed.", (citation,)), qa.Statement("On Monday.", (citation,))), 0.9, ()
    )

    shown = page.turn_html(Turn(4, "Who?", answer, (place_in(STORY, CLOSED),)))

    assert re.findall(r'data-place="([\d.]+)"', shown) == ["4.1", "4.1"]


def test_how_a_follow_up_was_understood_is_shown_and_can_be_changed():
    plain = answered(STORY, CLOSED, question="When?")
    follow_up = replace(plain, answer=replace(plain.answer, question_used="When did the pier close?"))

    assert "Understood as" not in page.turn_html(plain)
    assert "Understood as: When did the pier close?" in stripped(page.turn_html(follow_up))
    assert 'data-do="retry" data-turn="1"' in page.turn_html(follow_up)


def test_the_scope_of_a_question_is_said():
    scope = Scope("2031-01-01", None, ("Quay News",))

    assert "Only articles published on 2031-01-01 or later by Quay News" in stripped(
        page.turn_html(Turn(1, "Who?", scope=scope))
    )


def test_what_is_being_answered_shows_what_there_is_so_far():
    statement = qa.Statement("The pier closed.", (citation_in(STORY, CLOSED),))
    waiting = Turn(1, "Who?")
    writing = replace(waiting, statements=(statement,), places=(place_in(STORY, CLOSED),))

    assert "Looking in the articles" in page.turn_html(waiting)
    assert 'data-place="1.1"' in page.turn_html(writing)
    assert "Still writing" in page.turn_html(writing)
    assert "Stopped before it was finished" in page.turn_html(replace(writing, stopped=True))


def test_what_was_left_out_is_counted_with_the_reasons():
    turn = answered(STORY, CLOSED)
    turn = replace(turn, answer=replace(turn.answer, dropped=(Dropped("It snowed.", "no passage says so"),)))

    shown = stripped(page.turn_html(turn))

    assert "1 sentence left out, because the articles do not support it" in shown
    assert "It snowed. No passage says so." in shown


@pytest.mark.parametrize("verdict", page.VERDICTS)
def test_an_answer_is_judged_once(verdict):
    turn = answered(STORY, CLOSED)

    assert set(re.findall(r'data-verdict="([^"]+)"', page.turn_html(turn))) == set(page.VERDICTS)
    judged = page.turn_html(replace(turn, verdict=verdict))
    assert "data-verdict" not in judged
    assert page.VERDICTS[verdict].lower() in judged


def test_an_abstention_can_be_right_or_wrong_and_a_problem_neither():
    abstained = Turn(1, "Who?", qa.Answer("Who?", (), 0.1, (), reason="no sentence answers it"))

    assert set(re.findall(r'data-verdict="([^"]+)"', page.turn_html(abstained))) == {"right", "wrong"}
    assert "data-verdict" not in page.turn_html(Turn(1, "Who?", problem="the question is empty"))


def test_an_empty_index_says_how_to_index():
    assert "qa index FOLDER --index /tmp/x" in page.welcome_html(0, "/tmp/x", ())


def test_a_title_of_a_megabyte_does_not_fill_the_page():
    long = article_of("The pier closed.", title="A" * 1_000_000, publisher="B" * 1_000_000)

    assert len(page.chip(answered(long, qa.Span(0, 16)), 1)) < 2_000


def test_what_is_copied_is_the_answer_with_its_sources():
    copied = re.search(r'data-copy="([^"]*)"', page.turn_html(answered(STORY, CLOSED, question="When?")))

    assert copied
    assert html.unescape(copied[1]).splitlines() == [
        "When?", "", "The pier closed on Monday. [1]", "",
        "[1] “The pier closed on Monday.” Quay News. Pier closes. 7 October 2031",
    ]  # fmt: skip
