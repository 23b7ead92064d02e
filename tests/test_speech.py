"""Who says what: quotations and reported speech with their speakers, at exact offsets."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes import Span
from indexes.quotes import quotations
from indexes.speech import Speech, speaker_of, speeches
from indexes.split import find_sentences


def said(text: str) -> tuple[Speech, ...]:
    return speeches(text, tuple(find_sentences(text)))


def heard(text: str) -> list[tuple[str, str | None]]:
    """(words, who says them) of each quotation."""
    return [(s.span.cut(text), s.speaker) for s in said(text) if s.direct]


def reported(text: str) -> list[tuple[str, str | None]]:
    return [(s.span.cut(text), s.speaker) for s in said(text) if not s.direct]


OKAFOR = "Harbour master Ines Okafor opened the quay on Monday. "
WHO = "Ines Okafor, Harbour master"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“The crane was sound,” said Ines Okafor.", "Ines Okafor"),
        ('"The crane was sound," Ines Okafor said on Monday.', "Ines Okafor"),
        ("Ines Okafor told reporters: “The crane was sound.”", "Ines Okafor"),
        ("'The crane was sound,' said harbour master Ines Okafor.", "Ines Okafor, harbour master"),
        ("“The crane was sound,” said Ines Okafor, the harbour master.", "Ines Okafor, harbour master"),
        ("Ines Okafor, who runs the harbour, said: “The crane was sound.”", "Ines Okafor"),
        ("Tom Reed, an engineer at Elm Quay, told the Courier: “The crane was sound.”", "Tom Reed, engineer at Elm Quay"),
        ("“The crane was sound,” according to Ines Okafor.", "Ines Okafor"),
        ("“The crane was sound,” a spokesman for Quay Cranes said.", "a spokesman for Quay Cranes"),
        ("“The crane was sound,” said Quay Cranes analyst Tom Reed.", "Tom Reed, Quay Cranes analyst"),
        ("Danny Reed, skipper: “The crane was sound.”", "Danny Reed, skipper"),
        ("His office quoted Ines Okafor as saying: “The crane was sound.”", "Ines Okafor"),
    ],
)  # fmt: skip
def test_a_quotation_is_given_to_whom_its_sentence_names(text: str, speaker: str):
    assert [who for _, who in heard(text)] == [speaker]


@pytest.mark.parametrize(
    "text",
    [
        OKAFOR + "“It was sound,” she said.",
        OKAFOR + "It fell, she said, “like a tree”.",
        OKAFOR + "Ms Okafor added: “It was sound.”",
        OKAFOR + "“It was sound.”",
        OKAFOR + "Speaking after Tom Reed resigned, she said: “It was sound.”",
        OKAFOR + "The harbour master said it was “sound as a bell”.",
        OKAFOR + "In May 2031, Ms Okafor wrote that she had heard it was “sound as a bell”.",
        OKAFOR + "Okafor met the crew and said it was “sound as a bell”.",
    ],
)
def test_a_pronoun_a_surname_and_a_role_are_resolved_in_the_article(text: str):
    assert [who for _, who in heard(text)] == [WHO]


def test_a_quotation_that_goes_on_keeps_its_speaker():
    parted = "“It was sound,” said Ines Okafor. “We looked at it in May.” The council was silent."
    over = "Ines Okafor said: “It was sound.\n\n“We looked at it in May.\n\n“Nobody complained.”\n\nThe quay is shut."
    joined = 'Ines Okafor said: "It was sound. "We looked at it in May." The quay is shut.'

    assert heard(parted) == [("It was sound,", "Ines Okafor"), ("We looked at it in May.", "Ines Okafor")]
    assert heard(over) == [
        ("It was sound.", "Ines Okafor"),
        ("We looked at it in May.", "Ines Okafor"),
        ("Nobody complained.", "Ines Okafor"),
    ]
    assert heard(joined) == [("It was sound.", "Ines Okafor"), ("We looked at it in May.", "Ines Okafor")]


def test_a_quotation_that_is_never_closed_ends_before_somebody_speaks():
    text = 'Ines Okafor said: "It was sound. Nobody complained. Tom Reed of the union said it was not.\n\nThe quay is shut.'

    assert heard(text) == [("It was sound. Nobody complained.", "Ines Okafor")]


def test_quotes_in_quotes_and_apostrophes_are_part_of_the_quotation():
    nested = "“He said ‘never’ to me,” said Ines Okafor."
    owners = "'The dockers' hands were cold, it's true,' said Ines Okafor."

    assert heard(nested) == [("He said ‘never’ to me,", "Ines Okafor")]
    assert heard(owners) == [("The dockers' hands were cold, it's true,", "Ines Okafor")]


@pytest.mark.parametrize(
    "text",
    [
        "The prize is called “Docker of the Year”.",
        "The song “Elm Quay Blues” was played.",
        "The so-called “war on rust” went on.",
        "A bill called the “Safe Cranes Act” passed.",
    ],
)
def test_an_expression_or_a_title_is_nobodys_words(text: str):
    assert [who for _, who in heard(text)] == [None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ines Okafor said that the crane was sound.", ("the crane was sound.", "Ines Okafor")),
        ("The crane was sound, Ines Okafor said.", ("The crane was sound", "Ines Okafor")),
        ("Ines Okafor told the council that the crane was sound.", ("the crane was sound.", "Ines Okafor")),
        ("The company has denied that the crane was old.", ("the crane was old.", "The company")),
        (
            "Officials at the port said the crane was sound.",
            ("the crane was sound.", "Officials at the port"),
        ),
    ],
)
def test_what_is_said_without_marks_is_reported(text: str, expected: tuple[str, str]):
    assert reported(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "The mayor's comments come as talks begin.",
        "The dictator is said to be ready for talks.",
        "Ines Okafor was told that the crane was sound.",
        "Sales continued to fall in May.",
    ],
)
def test_what_is_no_saying_has_no_speaker(text: str):
    assert said(text) == ()


def test_two_people_of_one_surname_stay_two():
    text = (
        "Alan Tregowan, chair of the trust, met Allan Tregowen, a flood campaigner.\n\n"
        "“I get his post,” said Allan Tregowen.\n\n“I never saw it,” Alan Tregowan said."
    )

    assert [who for _, who in heard(text)] == [
        "Allan Tregowen, flood campaigner",
        "Alan Tregowan, chair of the trust",
    ]


def test_the_speaker_of_a_sentence_is_the_one_in_whose_words_the_answer_stands():
    text = "Tom Reed said it was old, but Ines Okafor said it was “sound”."
    whole = Span(0, len(text))
    sound = text.index("sound")

    assert speaker_of(said(text), whole, Span(sound, sound + 5)) == "Ines Okafor"
    assert speaker_of(said(text), whole) is None
    assert speaker_of(said("It was sound."), Span(0, 13)) is None


PIECES = st.sampled_from(
    ["“", "”", '"', "'", "’", "‘", "«", " ", "\n", "\n\n", ". ", ", ", ": ", "said", "she", "he", "Ines Okafor", "the",
     "according to", "as saying", "quoted", "adding", "who", "and", "Dr.", "42", "é", "\u00a0", "(", "—"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_quotations_stand_in_order_and_sayings_in_the_text(text: str):
    places = [q.outer for q in quotations(text)]

    assert all(q.span.within(q.outer) and q.span.cut(text).strip() for q in quotations(text))
    assert all(a.end <= b.start for a, b in itertools.pairwise(places))
    assert all(s.span.end <= len(text) for s in said(text))
    assert len([s for s in said(text) if s.direct]) == len(places)
