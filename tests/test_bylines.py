"""Bylines: names as the page gives them, and nothing that is not a name."""

import pytest

from indexes.bylines import read_byline, read_names_above_desk, read_reporting, read_signature


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Doe, Political Editor", "Jane Doe"),
        ("BY Ross Clark", "Ross Clark"),
        ("by Tom Ferrand at Strathorne Bowl", "Tom Ferrand"),
        ("By Jane Doe, John Roe and Max Poe in London", "Jane Doe, John Roe and Max Poe"),
        ("By Dr Hettie Lomax", "Dr Hettie Lomax"),
        ("By Lena van der Berg & J. K. O’Neill-Smith", "Lena van der Berg and J. K. O’Neill-Smith"),
        ("By Petra Holm | Radio news team | 02/12/2031", "Petra Holm"),
        ("Words: Bridget Noakes Pictures: Sunita Vale", "Bridget Noakes"),
        ("posted by Ewan Strick on 21.01.32 in Bridges", "Ewan Strick"),
        ("Analysis by Wendy Marchbanks", "Wendy Marchbanks"),
        ("*By Jane Doe*", "Jane Doe"),
        ("By Courier Health Reporter", "Courier Health Reporter"),
    ],
)
def test_a_byline_is_read_without_what_the_writers_are(line: str, names: str):
    assert read_byline(line) == names


@pytest.mark.parametrize(
    "line",
    [
        "By Monday all was lost",
        "By The Numbers",
        "By then Jane Doe had gone.",
        "By far",
        "By All Means",
        "Jane Doe",
        "By",
    ],
)
def test_what_only_begins_like_a_byline_is_none(line: str):
    assert read_byline(line) is None


def test_a_signature_needs_a_name_and_a_role():
    assert read_signature("Tom Ferrand, Football Correspondent") == "Tom Ferrand"
    assert read_signature("Bill Ervo, Staff Writer, @ervo") == "Bill Ervo"
    assert read_signature("Paris, France") is None
    assert read_signature("Bridget Noakes, Town Hall") is None


def test_names_above_their_paper_are_the_byline_and_a_heading_above_one_is_not():
    assert read_names_above_desk("Bart Jansen", "USA TODAY") == "Bart Jansen"
    assert read_names_above_desk("Jo Doe and Ann Roe", "Special to The News Journal") == "Jo Doe and Ann Roe"
    assert read_names_above_desk("Crane falls on quay", "The News Journal") is None
    assert read_names_above_desk("Thomas Jefferson", "Early life") is None


def test_a_wire_services_last_line_names_the_reporters():
    assert read_reporting("(Reporting by M. Ashgrove and D. Sool)") == "M. Ashgrove and D. Sool"
    assert read_reporting("(Reporting by Jane Doe in London; editing by John Roe)") == "Jane Doe"
    assert read_reporting("(Reporting by the newsroom)") is None
