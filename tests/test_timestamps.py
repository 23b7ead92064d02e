"""Dates of machines: what is stated comes out as precise as it stands, and nothing is guessed."""

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from indexes.timestamps import day_in_url, to_iso
from indexes.types import ISO_DATE

zones = st.integers(-12 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(timezones=zones).filter(lambda d: 1900 < d.year < 9000 and d.year != 1970)


@given(moments)
def test_iso_8601_keeps_the_moment_and_its_zone(moment: datetime):
    moment = moment.replace(microsecond=0)

    assert to_iso(moment.isoformat()) == moment.isoformat()
    assert to_iso(moment.strftime("%Y%m%dT%H%M%S%z")) == moment.isoformat()


@given(moments)
def test_a_date_of_a_mail_header_keeps_the_moment(moment: datetime):
    read = to_iso(format_datetime(moment))

    assert read is not None
    assert datetime.fromisoformat(read) == moment.replace(microsecond=0)


@given(any_text | st.from_regex(r"[0-9T:.+Z /-]{1,30}") | st.dates().map("on {:%d %B %Y}".format))
def test_any_text_is_an_iso_date_or_none(text: str):
    value = to_iso(text)

    assert value is None or ISO_DATE.fullmatch(value)


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("2031", "2031"),
        ("2031-03", "2031-03"),
        ("2031-3-4", "2031-03-04"),
        ("20310304", "2031-03-04"),
        ("2031-03-04 09:30", "2031-03-04T09:30"),
        ("2031-03-04T09:30:00.000Z", "2031-03-04T09:30:00Z"),
        ("2031-03-04T09:30:00+0100", "2031-03-04T09:30:00+01:00"),
        ("Tue, 4 Mar 2031 09:30 EST", "2031-03-04T09:30:00-05:00"),
        ("Tue, 04 Mar 2031 09:30:00 -0000", "2031-03-04T09:30:00"),
        ("March 4, 2031", "2031-03-04"),
        ("Published on 4th Sept. 2031 at 4:47 p.m. ET", "2031-09-04"),  # not 04:47 in the morning
    ],
)
def test_what_pages_write_is_read_as_precisely_as_they_write_it(stated: str, iso: str):
    assert to_iso(stated) == iso


@pytest.mark.parametrize(
    "stated",
    ["", "yesterday", "3:10 pm", "2031-02-30", "2031-13-01", "0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "1709542200",
     "08/09/2031", "Wed, 32 Mar 2031 09:30:00 GMT", "March 4", "20311301"],
)  # fmt: skip
def test_what_is_no_date_or_could_be_two_is_none(stated: str):
    assert to_iso(stated) is None


def test_an_address_names_a_day_only_whole():
    assert day_in_url("/world/2031/03/04/crane-falls") == "2031-03-04"
    assert day_in_url("/2031-3-4/crane") == "2031-03-04"
    assert day_in_url("/2031/03/crane") is None
    assert day_in_url("/2031/13/04/crane") is None
    assert day_in_url("/articles/20310304") is None
