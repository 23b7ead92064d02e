"""Words for people."""

from hypothesis import given
from hypothesis import strategies as st
from showing import TEXTS, Page, stripped

from qa import say


@given(TEXTS)
def test_a_text_is_shown_as_itself(value):
    assert stripped(say.text(value)) == value
    assert Page(say.text(value)).tags == {"bdi"}


def test_dates_are_as_exact_as_they_are_known():
    dates = ("2031", "2031-10", "2031-10-07", "2031-10-07T16:47-04:00", None)

    assert [say.day(date) for date in dates] == [
        "2031",
        "October 2031",
        "7 October 2031",
        "7 October 2031",
        "undated",
    ]
    assert say.day("2031-10-07T16:47-04:00", clock=True) == "7 October 2031, 16:47"


def test_confidence_is_a_word_with_its_number():
    assert [say.confidence_words(c) for c in (1.0, 0.85, 0.7, 0.6, 0.0)] == [
        "high (1.00)", "high (0.85)", "fair (0.70)", "low (0.60)", "low (0.00)",
    ]  # fmt: skip


def test_numbers_agree_with_their_nouns():
    assert [say.counted(n, "article") for n in (0, 1, 2_225)] == ["0 articles", "1 article", "2,225 articles"]


@given(st.text(max_size=400), st.integers(2, 50))
def test_a_line_is_never_longer_than_its_limit_and_says_that_it_was_cut(line, limit):
    whole = " ".join(line.split())
    shown = say.shortened(line, limit)

    assert len(shown) <= limit
    assert shown == whole or shown.endswith("…")


def test_a_message_is_one_sentence():
    assert say.as_sentence("the index\nis locked; wait") == "The index is locked; wait."
    assert say.as_sentence("why?") == "Why?"
