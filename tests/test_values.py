"""Values, folded: two writings of one value are one, two values are two, whatever stands around them."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indexes import Span
from qa.facts import SMALL, TENS
from qa.values import Value, name_in, same, value_of

PUBLISHED = "2031-03-04"  # a Tuesday
MONTHS = "January February March April May June July August September October November December".split()


def read(
    text: str, words: str | None = None, *, kind: str = "number", published: str | None = PUBLISHED
) -> Value | None:
    """The value of some words of a sentence, of all of it when none are given."""
    start = text.index(words) if words else 0
    end = start + len(words) if words else len(text)
    return value_of(kind, text, Span(0, len(text)), Span(start, end), published)


def spelled(number: int) -> str:
    """A number below a thousand in words: "two hundred and forty-one"."""
    units, tens = {v: w for w, v in SMALL.items()}, {v: w for w, v in TENS.items()}
    if number >= 100:
        rest = f" and {spelled(number % 100)}" if number % 100 else ""
        return f"{units[number // 100]} hundred{rest}"
    if number < 20:
        return units[number]
    return tens[number - number % 10] + (f"-{units[number % 10]}" if number % 10 else "")


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str]:
    """Two writings of one number of people."""
    number = draw(st.integers(2, 999_999))
    forms = [
        f"{number} people",
        f"{number:,} people",
        f"about {number:,} people",
        f"some {number} people",
        f"more than {number} people",
    ]
    if number < 1_000:
        forms += [f"{spelled(number)} people", f"{spelled(number).capitalize()} people were hurt"]
    if number % 1_000 == 0:
        forms.append(f"{number // 1_000} thousand people")
    if number % 100 == 0:
        forms.append(f"{number / 1_000:.1f} thousand people")
    return draw(st.sampled_from(forms)), draw(st.sampled_from(forms))


texts = st.one_of(
    written().map(lambda pair: pair[0]),
    st.sampled_from(
        "£8.4m|£9.7 million|4.5 per cent|29%|28.9 percent|two years and nine months|33 months|11 miles|18 km|24 votes to 21"
        "|24–20|187 days|5.34am|about 5.40am|Mr Trant|Edgar Trent|Ruth Abernall|$5bn|49 minutes|yesterday|6 October|1926"
        "|2 June 1926|next month|a dozen eggs|twelve hundred|1.2 thousand|nothing at all".split("|")
    ),
)  # fmt: skip
values = st.tuples(texts, st.sampled_from(["number", "time", "person", "thing"])).map(
    lambda t: read(t[0], kind=t[1])
)


@given(written())
def test_one_number_is_one_however_it_is_written(pair: tuple[str, str]):
    one, other = map(read, pair)

    assert one is not None
    assert other is not None
    assert same(one, other) is True


@given(st.integers(1, 99_999), st.sampled_from(["£{}m", "£{} million", "£{}bn", "{} per cent", "{} km"]))
def test_a_sum_is_one_in_every_writing_of_it(tenths: int, form: str):
    assume(tenths % 10)
    exact = f"{tenths // 10}.{tenths % 10}"
    one = read(form.format(exact))
    scale = {"£{}m": 1e6, "£{} million": 1e6, "£{}bn": 1e9}.get(form)
    other = read(f"£{round(tenths * scale / 10):,}") if scale else read(form.format(f"{exact}0"))

    assert one is not None
    assert other is not None
    assert same(one, other) is True


@given(st.integers(2, 99_999))
def test_twice_as_many_are_others(number: int):
    one, other = read(f"{number:,} people"), read(f"{2 * number} people")

    assert one is not None
    assert other is not None
    assert same(one, other) is False


@given(values, values)
def test_sameness_is_symmetric_and_reflexive(one: Value | None, other: Value | None):
    for value in filter(None, (one, other)):
        assert same(value, value) is True
    if one and other:
        assert same(one, other) == same(other, one)


@given(st.dates(date(1500, 1, 1), date(2099, 12, 31)))
def test_one_day_is_one_however_it_is_written(day: date):
    month = MONTHS[day.month - 1]
    forms = (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        day.isoformat(),
        f"in {month} {day.year}",
        f"in {day.year}",
    )
    found = [read(f"It closed {form}.", form, kind="time") for form in forms]

    assert all(value is not None and same(found[0], value) for value in found)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("£1.2bn", "£1,200 million", True),
        ("29%", "28.9 per cent", True),
        ("two years and nine months", "33 months", True),
        ("187 days", "186 days, 19 hours and 44 minutes", True),
        ("11 miles", "18 km", True),
        ("24–21", "24 votes to 21", True),
        ("more than $27bn", "$27.5bn", True),
        ("nine metres of oak", "9.4 metres", True),
        ("4,118 vehicles, one horse", "4,118", True),
        ("around 3,000", "2,950", True),
        ("almost eight million", "7.8 million", True),
        ("2.25am", "2.25 a.m.", True),
        ("24 votes to 21", "24 votes to 20", False),
        ("£8.4m", "£9.7m", False),
        ("620 people", "580 people", False),
        ("More than 7,000", "6,204", False),
        ("$9.3bn", "$9.4bn", False),
        ("100", "140", False),
        ("44", "42", False),
        ("5.34am", "5.34pm", False),
        ("three years and four months", "two years and nine months", False),
        ("$5bn", "£5bn", None),
        ("78 per cent", "£8m", None),
        ("11 miles", "20 minutes", None),
    ],
)
def test_amounts(one: str, other: str, verdict: bool | None):
    assert same(read(one), read(other)) is verdict


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("Joss Whitcombe", "Ms Whitcombe", True),
        ("J. Whitcombe", "Joss Whitcombe", True),
        ("Mayor Margit Sollis", "Margit Sollis", True),
        ("BBC", "British Broadcasting Corporation", True),
        ("Edgar Trent", "Mr Trant", False),
        ("Allan Tregowen", "Alan Tregowan", False),
        ("Jo Lattimer", "Winnie Lattimer", False),
    ],
)
def test_names(one: str, other: str, verdict: bool):
    assert same(read(one, kind="person"), read(other, kind="person")) is verdict


def test_a_relative_day_is_the_day_it_was_for_its_article():
    said = read("The bridge was closed yesterday afternoon.", "yesterday", kind="time")

    assert said == Value(days=((2031, 3, 3),))
    assert same(said, read("It was shut on 3 March.", "3 March", kind="time"))
    assert not same(said, read("It was shut on 4 March.", "4 March", kind="time"))
    assert read("It was closed yesterday.", "yesterday", kind="time", published=None) is None


def test_the_day_of_a_month_counts_nothing():
    assert read("It opens on 10 April with 3 boats.", "10 April with 3 boats") == read("3 boats")


def test_words_without_a_value_have_none():
    assert read("nothing at all") is None
    assert read("the council", kind="person") is None
    assert name_in("the Mayor of May") == ()
