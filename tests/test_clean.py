"""Cleaning: idempotent, composed, nothing invisible, no word lost."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from indexes.clean import clean, clean_text
from indexes.types import Record

dirty = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("ab \n\r\t\x00\xa0\u200b\ufeff\u202e\u0301é"),
    )
)


@given(dirty)
def test_cleaning_a_cleaned_text_changes_nothing(text: str):
    once = clean_text(text)

    assert clean_text(once) == once


@given(dirty)
def test_a_cleaned_text_is_composed_and_shows_all_that_it_holds(text: str):
    cleaned = clean_text(text)

    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [c for c in cleaned if unicodedata.category(c) == "Cc" and c != "\n"]
    assert not re.search(r"\n{3}| \n|\n |  |^\s|\s$", cleaned)


@given(
    st.lists(st.text("abcdefghijklmnopqrstuvwxyzäß£“”’—0123456789.,", min_size=1), min_size=1),
    st.sampled_from([" ", "\xa0", "\r\n", "\n\n\n", "\t "]),
)
def test_no_word_is_lost_or_altered(words: list[str], blank: str):
    words = [unicodedata.normalize("NFC", w) for w in words]

    assert clean_text(blank.join(words)).split() == words


def test_the_url_decides_which_article_it_is_else_the_file_else_the_row_itself():
    def identity(source: str, text: str = "Some text.", url: str | None = None) -> str:
        return clean(Record(source=source, text=text, url=url))[0].id

    assert identity("/a/x.jsonl#1", url="https://p.example/1") == identity(
        "/b/y.jsonl#7", "Other text.", "https://p.example/1"
    )
    assert identity("/a/one.txt") == identity("/a/one.txt", "Other text.")
    assert identity("/a/one.txt") != identity("/a/two.txt")
    assert identity("/a/x.jsonl#1") == identity("/a/x.jsonl#2")
    assert identity("/a/x.jsonl#1") != identity("/a/x.jsonl#1", "Other text.")


def test_an_id_that_the_source_gives_is_kept():
    assert clean(Record(source="/a/x.jsonl#1", text="Some text.", id="42"))[0].id == "42"


def test_a_record_of_nothing_readable_gives_no_article():
    assert clean(Record(source="a.txt", text="\u200b\x00 \n\ufeff")) == ()


def test_fields_are_brought_to_one_line_and_empty_ones_to_none():
    (article,) = clean(
        Record(source="a.txt", text="Text.", title=" Two\n lines ", byline=" \t", publisher="Quay\xa0News")
    )

    assert (article.title, article.byline, article.publisher) == ("Two lines", None, "Quay News")
