"""What a question's words say of it."""

import pytest
from hypothesis import given
from strategies import dirty_text, words

from qa.words import KINDS, content_words, fits, kind_of, names, numbers, stem, stems


@given(words.map(str.lower))
def test_a_stem_begins_its_word_and_keeps_three_letters_of_it(word: str):
    assert word.startswith(stem(word))
    assert len(stem(word)) >= min(3, len(word))


def test_forms_of_a_word_meet_in_their_stem():
    assert stems("The ferries sailed; the mayor's ship is sailing.") >= {"ferr", "sail", "mayor", "ship"}
    assert stem("is") == "is"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many dockers were hurt?", "number"),
        ("What percentage of voters said no?", "number"),
        ("When did the crane fall?", "time"),
        ("In which year was the quay built?", "time"),
        ("Name the three ferries of the line.", "list"),
        ("Which two bidders withdrew?", "list"),
        ("What did Ines Okafor say about the crane?", "statement"),
        ("How did the mayor describe the vote?", "statement"),
        ("Why did the ferry stay in port?", "reason"),
        ("Who chairs the inquiry?", "person"),
        ("In which hospital are the dockers?", "place"),
        ("Did the council approve the budget?", "yesno"),
        ("Which company owns the crane?", "thing"),
    ],
)
def test_the_form_of_a_question_tells_what_it_asks_for(question: str, kind: str):
    assert kind_of(question) == kind


def test_names_are_what_is_written_with_a_capital_but_the_first_word():
    assert names("Which crane fell on Elm Quay in May?") == {"elm", "quay", "may"}
    assert names("Did The Herald report it?") == {"herald"}
    assert numbers("Who won in 2031, by 21-18?") == {"2031", "21", "18"}


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        ("number", "21 votes", 1),
        ("number", "two dockers", 1),
        ("number", "the mayor", -1),
        ("time", "on Monday", 1),
        ("time", "at the quay", -1),
        ("person", "Mara Lindqvist", 1),
        ("person", "the dockers", -1),
        ("place", "Elm Quay", 1),
        ("reason", "the price of diesel", 0),
    ],
)
def test_an_answer_fits_what_is_asked_for(kind: str, answer: str, expected: float):
    assert fits(kind, answer) == expected


@given(dirty_text)
def test_any_text_has_a_kind_and_words(text: str):
    assert kind_of(text) in {*KINDS, "thing"}
    assert all(word == word.lower() for word in content_words(text))
    assert names(text) <= stems(text)
