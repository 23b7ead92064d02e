"""Dates: read from what the page says of itself, as precise as it says it, never invented."""

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes.dates import read_dates
from indexes.types import ISO_DATE


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("Published 12:04, 5 Mar 2025", "2025-03-05T12:04", None),
        ("Updated Aug. 29, 2025, 4:47 p.m. ET", None, "2025-08-29T16:47-04:00"),
        ("Updated Jan. 29, 2025, 4:47 p.m. ET", None, "2025-01-29T16:47-05:00"),
        ("First published on Wednesday 5 March 2025 at 10.15 GMT", "2025-03-05T10:15Z", None),
        ("29 August 2025", "2025-08-29", None),
        ("August 2025", "2025-08", None),
        ("Tuesday 7 October 2031, 6.02am", "2031-10-07T06:02", None),
        ("12.40am | 7 October 2031", "2031-10-07", None),
        ("Kestermouth Courier, 18 Nov 2031", "2031-11-18", None),
        ("The Vale Examiner | Politics | 26/02/2032 | 07:14", "2032-02-26T07:14", None),
        ("02/12/2031", "2031", None),  # February or December: only the year is known
        (
            "20 January 2032, 12.40pm | UPDATED 20 January 2032, 5.15pm",
            "2032-01-20T12:40",
            "2032-01-20T17:15",
        ),
        ("Dec. 31, 2024 Updated: Jan. 2, 2025 9:05 a.m.", "2024-12-31", "2025-01-02T09:05"),
        ("posted by Ewan Strick on 21.01.32 in Bridges | 67 comments", "2032-01-21", None),
        (
            "Published: 12:04 GMT, 5 March 2025 | Updated: 13:00 GMT, 5 March 2025",
            "2025-03-05T12:04Z",
            "2025-03-05T13:00Z",
        ),
        ("March 5, 2025 / 10:02 AM EST / CBS News", "2025-03-05T10:02-05:00", None),
        ("Last modified on Tue 5 Mar 2024 11.10 BST", None, "2024-03-05T11:10+01:00"),
        ("Last updated: 2025-03-05T12:04:00Z", None, "2025-03-05T12:04Z"),
        ("This article was originally published on May 5, 2013.", "2013-05-05", None),
        ("Originally published 2/15/18.", "2018-02-15", None),
    ],
)
def test_a_line_of_the_head_tells_when(line: str, published: str | None, updated: str | None):
    assert read_dates([line], [], []) == (published, updated)


@pytest.mark.parametrize(
    "line",
    [
        "1 month ago",
        "LONDON, March 3 (Reuters) - It rained",
        "31 February 2025",
        "born 5 March 1950",
        "News of 12 May 2024: what happened",
        "The law of 5 March 2025 explained",
        "Friday 28 May: Grand Union Ghosts",
        "Tickets until 5 March 2025",
        "25.30pm",
    ],
)
def test_a_date_of_the_story_is_not_the_pages(line: str):
    assert read_dates([line], [], [line]) == (None, None)


def test_a_timelines_first_heading_is_no_date_of_the_page():
    assert read_dates(["Jan. 6, 2021"], ["Jan. 7, 2021", "Jan. 8, 2021"], []).published is None
    assert read_dates(["Jan. 6, 2021", "Jan. 7, 2021"], [], []).published is None


def test_at_the_foot_a_date_needs_a_label_and_a_day():
    assert read_dates([], [], ["Published 10 April 2032"]).published == "2032-04-10"
    assert read_dates([], [], ["10 April 2032"]).published is None
    assert read_dates([], [], ["Published: April 1960"]).published is None


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{d} {m} {y}", "{m} {d}, {y}", "{s} {d}, {y}"]),
    st.booleans(),
)
def test_every_day_is_read_as_it_is_written(day: date, form: str, labelled: bool):
    month = calendar.month_name[day.month]
    line = form.format(d=day.day, m=month, s=month[:3], y=day.year)

    assert read_dates([f"Published: {line}" if labelled else line], [], []).published == day.isoformat()


@given(st.text("0123456789/.-: ,APMpubdateTZ|JanMay", max_size=40))
def test_whatever_is_read_is_an_iso_date(line: str):
    for moment in read_dates([line], [], [line]):
        assert moment is None or ISO_DATE.fullmatch(moment)
