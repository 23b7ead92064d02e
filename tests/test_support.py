"""The support checker: each kind of fact that a sentence can get wrong, and the ways to say the same that it must allow."""

import pytest
from hypothesis import given, settings
from strategies import any_text

import qa
from qa.compare import Evidence
from qa.facts import curled, days, quantities, quotes
from qa.support import check
from qa.voices import speakers

PASSAGE = (
    "A crane fell on Elm Quay on Monday and hurt two dockers. Harbour master Ines Okafor said the crane had been inspected in"
    " May. “It was sound,” she said. Repairs will cost £1.2m, 15 per cent more than planned. The council has not closed the quay,"
    " mayor Mara Lindqvist told reporters. About 117 containers were damaged."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "A crane fell on Elm Quay on Monday and hurt two dockers.",
        "Two dockers were hurt when a crane fell on Elm Quay.",
        "The crane hurt 2 dockers.",
        "Ines Okafor said the crane had been inspected in May.",
        "According to Okafor, the crane was inspected in May.",
        '"It was sound," Okafor said.',
        "Repairs will cost 1.2 million pounds.",
        "Repairs will cost 15% more than planned.",
        "The council has not closed the quay.",
        "More than 100 containers were damaged.",
        "Mayor Mara Lindqvist said the council hasn't closed the quay.",
    ],
)
def test_what_the_passage_says_is_supported_however_it_is_put(sentence: str):
    assert qa.supported(sentence, [PASSAGE]).reasons == ()


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("A crane fell on Elm Quay on Monday and hurt three dockers.", "three"),
        ("Repairs will cost £2.1m, 15 per cent more than planned.", "2.1m"),
        ("Repairs will cost $1.2m.", "unit"),
        ("Repairs will cost £15, more than planned.", "unit"),
        ("A crane fell on Elm Quay on Tuesday.", "Tuesday"),
        ("The crane had been inspected in June, Ines Okafor said.", "June"),
        ("A crane fell on Elm Quay in 2019.", "2019"),
        ("A crane fell on Oak Quay on Monday.", "Oak"),
        ("Harbour master Mara Lindqvist said the crane had been inspected in May.", "Okafor"),
        ("Mayor Ines Okafor told reporters the council has not closed the quay.", "Lindqvist"),
        ("The council has closed the quay, mayor Mara Lindqvist told reporters.", "denial"),
        ("Repairs will not cost £1.2m.", "den"),
        ("“It was unsound,” she said.", "unsound"),
        ("“It was  SOUND,” she said.", "SOUND"),
        ("More than 200 containers were damaged.", "200"),
        ("The quay will be sold to investors next year.", "nothing of"),
    ],
)
def test_what_it_does_not_say_is_not_and_the_reason_names_it(sentence: str, reason: str):
    reasons = qa.supported(sentence, [PASSAGE]).reasons

    assert reason in "; ".join(reasons)


def test_a_weekday_means_a_day_where_the_article_is_dated():
    dated = Evidence("A crane fell on Elm Quay on Monday.", published="2031-03-05")  # a Wednesday

    assert check("A crane fell on Elm Quay on 3 March 2031.", [dated]).support.reasons == ()
    assert check("A crane fell on Elm Quay on 4 March 2031.", [dated]).support.reasons


def test_several_passages_support_together_what_none_does_alone():
    parts = ["The ferry to Skerry costs £4.20.", "A crane fell on Elm Quay on Monday."]
    sentence = "The ferry to Skerry costs £4.20, and a crane fell on Elm Quay on Monday."

    assert qa.supported(sentence, parts).reasons == ()
    assert all(qa.supported(sentence, [part]).reasons for part in parts)
    assert [place[0] for place in check(sentence, [Evidence(p) for p in parts]).places] == [0, 1]


@given(any_text, any_text)
@settings(max_examples=60)
def test_any_text_gets_a_score_between_0_and_1_and_nothing_supports_an_invented_number(
    sentence: str, passage: str
):
    score, _ = qa.supported(sentence, [passage])
    assert 0 <= score <= 1
    assert qa.supported(f"{sentence}\nExactly 918273 people came.", [passage.replace("918273", "")]).reasons


@given(any_text)
def test_quotes_are_stretches_of_the_text_that_hold_words(text: str):
    assert len(curled(text)) == len(text)
    for span in quotes(text):
        assert any(c.isalnum() or c == "_" for c in span.cut(text))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("£1.2bn and 1,200 million pounds", [(1.2e9, "£"), (1.2e9, "£")]),
        ("twenty-one votes to 18", [(21, ""), (18, "")]),
        ("three hundred and five, 20 per cent, 15pc", [(305, ""), (20, "%"), (15, "%")]),
        ("one of the first", []),
    ],
)
def test_quantities_are_values_with_units(text: str, values: list[tuple[float, str]]):
    assert [(q.value, q.unit) for q in quantities(text)] == values


def test_dates_are_as_exact_as_they_are_said():
    found = [
        (d.year, d.month, d.day)
        for d in days("On 3 March 2031, March 3rd, in May 2029; it may rain in 1999.")
    ]

    assert found == [(2031, 3, 3), (None, 3, 3), (2029, 5, None), (1999, None, None)]


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("Harbour master Ines Okafor said it was sound.", {"okafor"}),
        ("“It was sound,” said Ines Okafor.", {"okafor"}),
        ("Hanne Vosper, head of highways at the council, said so.", {"vosper"}),
        ("According to Tom Reed, it fell.", {"reed"}),
        ("She told the Examiner that it fell.", set()),
        ("“Tom Reed said so,” she said.", set()),
    ],
)
def test_speakers_are_those_outside_of_quotes(sentence: str, who: set[str]):
    assert speakers(sentence) == who
