"""Boxes: a piece with its own heading and byline leaves the page, and the page goes on after it."""

import pytest
from hypothesis import given
from strategies import pages

from indexes.boxes import divide
from indexes.clean import clean_text
from indexes.furniture import mark_lines

REPORT = [
    "Council shuts the swing bridge",
    "By Bridget Noakes",
    "The swing bridge was shut on Monday after a crack was found in its bearing.",
    "Mrs Pell of the council said that the repair would take ten weeks at least.",
    "A boat will carry people over the river until the bridge is whole again.",
]
GOES_ON = "Shops on the other bank said that their takings had fallen by a third."
OPINION = [
    "I have crossed that bridge every day of my life, and I never once looked down.",
    "My view is that nobody looked down, and that nobody was paid to do it.",
]
SIDE = [
    "The Defence Secretary said that the port would keep its two guard ships.",
    "He said: “We will not be moved, and I will not be asked again by you.”",
]


def boxes(*lines: str) -> tuple[list[str], list[tuple[str, str, str, int]]]:
    """What is left of the page, and of each box heading, byline, kind and number of lines."""
    rest, found = divide(mark_lines("\n\n".join(lines)))
    return rest.split("\n\n"), [(b.heading, b.byline, b.kind, b.text.count("\n\n") + 1) for b in found]


@pytest.mark.parametrize(
    "border", [["Read more here"], ["A dog.", "1/6", "The dogCredit: Getty"], ["FORMER STAFF ‘VINDICATED’"]]
)
def test_a_box_ends_where_the_page_goes_on(border: list[str]):
    rest, found = boxes(*REPORT, "Who looks down?", "BY Ross Clark", *OPINION, *border, GOES_ON)

    assert found == [("Who looks down?", "Ross Clark", "opinion", 4)]
    assert rest[:5] == REPORT
    assert rest[-1] == GOES_ON
    assert not set(OPINION) & set(rest)


def test_a_box_at_the_end_is_a_side_box_when_nobody_speaks_for_themselves():
    rest, found = boxes(*REPORT, "SHIPS STAY", "By Jerome Starkey, Defence Editor", *SIDE)

    assert (rest, found) == (REPORT, [("SHIPS STAY", "Jerome Starkey", "sidebar", 4)])


@pytest.mark.parametrize(
    "top",
    [
        ["THE COST", "Analysis", "By Gareth Mull"],
        ["Analysis", "THE COST", "By Gareth Mull"],
        ["THE COST", "Analysis by Gareth Mull"],
    ],
)
def test_a_label_tells_the_kind(top: list[str]):
    _, found = boxes(*REPORT, *top, *OPINION)

    assert [box[:3] for box in found] == [("THE COST", "Gareth Mull", "analysis")]


def test_without_a_border_the_page_goes_on_with_a_person_of_the_report():
    again = "Mrs Pell was cheered when she said that she would walk over it first."
    rest, found = boxes(*REPORT, "LOOK DOWN", "By Ross Clark", *OPINION, again, GOES_ON)

    assert rest == [*REPORT, again, GOES_ON]
    assert [box[3] for box in found] == [4]


def test_two_boxes_are_two_pieces():
    _, found = boxes(
        *REPORT, "LOOK DOWN", "By Ross Clark", *OPINION, "SHIPS STAY", "By Jerome Starkey", *SIDE
    )

    assert [box[:3] for box in found] == [
        ("LOOK DOWN", "Ross Clark", "opinion"), ("SHIPS STAY", "Jerome Starkey", "sidebar"),
    ]  # fmt: skip


def test_a_book_and_its_author_make_no_box():
    assert boxes(*REPORT, "The Long Quay", "by Ross Clark", *OPINION)[1] == []


def test_a_label_alone_is_no_heading():
    assert boxes(*REPORT, "Analysis", "Opinion", "By Ross Clark", *OPINION)[1] == []


def test_the_pages_own_byline_and_a_signature_make_no_box():
    assert boxes(*REPORT) == (REPORT, [])
    assert boxes(*REPORT, GOES_ON, "A last heading", "By Ross Clark")[1] == []


@given(pages)
def test_page_and_boxes_hold_every_line_once(page: str):
    lines = mark_lines(clean_text(page))
    rest, found = divide(lines)
    inside = [line for text in [rest, *(box.text for box in found)] for line in text.split("\n") if line]

    assert sorted(inside) == sorted(part for line in lines for part in line.kept.split("\n") if part)
