"""Times in prose, resolved against the article's own day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes.times import bounds, moments

THURSDAY = "2031-10-16T09:00Z"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("The bridge was shut on Monday.", "2031-10-13"),
        ("It was shut on Thursday.", "2031-10-16"),
        ("It will reopen on Monday.", "2031-10-20"),
        ("It was shut last Thursday.", "2031-10-09"),
        ("It reopens next Thursday.", "2031-10-23"),
        ("She resigned yesterday.", "2031-10-15"),
        ("She spoke last night.", "2031-10-15"),
        ("She spoke this morning.", "2031-10-16"),
        ("It opens tomorrow.", "2031-10-17"),
        ("It was built three years ago.", "2028"),
        ("It was built a month ago.", "2031-09"),
        ("It was found nine days ago.", "2031-10-07"),
        ("It was found two weeks ago.", "2031-09-29"),
        ("It will open in two months' time.", "2031-12"),
        ("It was shut last month.", "2031-09"),
        ("It will open next year.", "2032"),
        ("It was paid last week.", "2031-10-06"),
        ("It failed in March.", "2031-03"),
        ("It failed in November.", "2030-11"),
        ("It will open in January.", "2032-01"),
        ("It failed last December.", "2030-12"),
        ("It failed on 4 March.", "2031-03-04"),
        ("It failed on Friday 2 May.", "2031-05-02"),
        ("It was shut on Friday, 14 November.", "2031-11-14"),
        ("It will reopen on 12 December.", "2031-12-12"),
        ("It failed on March 4, 2029.", "2029-03-04"),
        ("It failed in May 2028.", "2028-05"),
        ("It opened in 1926.", "1926"),
        ("It was moved on Sunday by volunteers.", "2031-10-12"),
        ("Minutes of 2031-10-02 say so.", "2031-10-02"),
        ("She resigned Tuesday.", "2031-10-14"),
        ("Okafor said Tuesday the quay would close.", "2031-10-14"),
        ("The paper, published Tuesday ahead of the vote, was blunt.", "2031-10-14"),
        ("Tuesday's storm broke it.", "2031-10-14"),
        ("The inquiry is Tuesday.", "2031-10-21"),
        ("It was set Tuesday.", "2031-10-21"),
        ("It could open by Tuesday.", "2031-10-21"),
        ("They met after a Tuesday evening parade.", "2031-10-14"),
        ("It fell in June last year.", "2030-06"),
        ("It fell in March of 2029.", "2029-03"),
        ("It was built last summer.", "2031-06"),
        ("It will open this winter.", "2031-12"),
        ("It was shut last weekend.", "2031-10-06"),
        ("It is set for tests in August.", "2032-08"),
        ("It will be paid on March four.", "2032-03-04"),
        ("The committee on the January 6 attack met.", "2021-01-06"),
    ],
)
def test_a_time_is_resolved_as_precisely_as_it_is_said(text: str, when: str):
    assert [m.when for m in moments(text, THURSDAY)] == [when]


@pytest.mark.parametrize(
    "text",
    [
        "It may open.",
        "They march on.",
        "It cost 2031 pounds.",
        "It was shut on 31 February.",
        "The Sunday Skiffle played, as every Thursday.",
        "They meet every Tuesday and Friday.",
        "Black Friday came.",
        "She told USA TODAY so.",
        "It will open within the next year.",
        "It is 8,500 years ago.",
    ],
)
def test_what_is_no_time_is_none(text: str):
    assert moments(text, THURSDAY) == ()


@pytest.mark.parametrize("published", [None, "2031", "2031-10"])
def test_without_the_articles_day_only_absolute_times_are_told(published: str | None):
    text = "It was shut on Monday, three years ago, on 4 March and last month, and opened in May 2028."

    assert [m.when for m in moments(text, published)] == ["2028-05"]


@given(
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.sampled_from(["on Monday", "last Friday", "next Sunday", "yesterday"]),
)
def test_a_weekday_is_within_a_week_of_the_article(day: date, words: str):
    text = f"It fell {words}."
    (found,) = moments(text, day.isoformat())

    assert abs((date.fromisoformat(found.when) - day).days) <= 7
    assert found.span.cut(text).endswith(words.split()[-1])


def test_bounds_are_the_first_and_last_day():
    assert bounds("2032-02") == ("2032-02-01", "2032-02-29")
    assert bounds("2031") == ("2031-01-01", "2031-12-31")
    assert bounds("2031-12") == ("2031-12-01", "2031-12-31")
    assert bounds("2031-12-05") == ("2031-12-05", "2031-12-05")
