"""Cleaning: idempotent, composed, nothing invisible, no word lost; pages lose their furniture and give up their boxes."""

import re
import unicodedata
from dataclasses import replace

import pytest
from conftest import SHARED
from hypothesis import given
from hypothesis import strategies as st
from strategies import dirty_text, pages

from indexes.clean import adopt, clean, clean_text, removed
from indexes.types import Article, Record

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


# -- pages -----------------------------------------------------------------------------------------------------


def as_record(article: Article) -> Record:
    return Record(
        source=article.source, text=article.text, id=article.id, title=article.title, byline=article.byline,
        published=article.published, updated=article.updated,
    )  # fmt: skip


@given(pages | dirty_text)
def test_cleaning_a_cleaned_article_changes_nothing(page: str):
    for article in clean(Record(source="/a/page.txt", text=page, title="A page")):
        (again,) = clean(as_record(article))

        assert replace(article, kind="article", parent=None, removed=()) == again


@given(pages | dirty_text)
def test_every_character_of_an_article_stands_in_its_page_in_order(page: str):
    for article in clean(Record(source="/a/page.txt", text=page)):
        characters = iter(clean_text(page))
        assert all(c in characters for c in article.text if not c.isspace())


@given(pages)
def test_what_was_taken_and_what_is_left_are_the_page(page: str):
    record = Record(source="/a/page.txt", text=page)
    kept = "".join(a.text for a in clean(record))

    assert len(re.sub(r"\s", "", kept + "".join(removed(record)))) == len(re.sub(r"\s", "", clean_text(page)))


def page(*lines: str, **fields: str) -> tuple[Article, ...]:
    return clean(Record(source="/a/page.txt", text="\n\n".join(lines), **fields))


PROSE = "The harbour office said on Monday that the crane would stay where it had fallen."


def test_byline_and_dates_are_read_from_the_page_and_stay_in_its_text():
    (article,) = page(
        "Crane falls",
        "By Jane Doe, Harbour Editor",
        "Published 5 March 2031 | Updated 6 March 2031, 4.10pm",
        PROSE,
    )

    assert (article.byline, article.published, article.updated) == (
        "Jane Doe",
        "2031-03-05",
        "2031-03-06T16:10",
    )
    assert "By Jane Doe, Harbour Editor" in article.text


def test_a_sentence_about_the_page_itself_tells_its_date():
    (article,) = page("Crane falls", "This column was originally published on May 5, 2013.", PROSE)

    assert article.published == "2013-05-05"


def test_what_the_source_gives_is_not_replaced_by_what_the_page_says():
    (article,) = page(
        "Crane falls", "By Jane Doe", "5 March 2031", PROSE, byline="John Roe", published="2030"
    )

    assert (article.byline, article.published) == ("John Roe", "2030")


def test_a_date_in_the_prose_is_not_the_articles():
    (article,) = page(
        "Crane falls", "The crane, built on 5 March 1931, fell on the quay last night.", "1 month ago 10"
    )

    assert (article.published, article.updated) == (None, None)


def test_a_page_of_furniture_alone_gives_no_article():
    assert page("Advertisement", "Read Entire Article") == ()


def test_a_title_that_was_furniture_gives_way_to_the_headline():
    assert page("Skip to content", "Crane falls", PROSE, title="Skip to content")[0].title == "Crane falls"
    assert page("Skip to content", PROSE, title="Skip to content")[0].title == ""


def test_pieces_are_known_by_their_page_and_heading():
    a, b = (Article(id=i, source="a.txt", text="x", title="Same") for i in "ab")
    _, first, second = adopt(a, [a, a])

    assert adopt(a, [replace(a, text="edited")])[1].id == first.id
    assert len({first.id, second.id, adopt(b, [a])[1].id}) == 3
    assert {first.parent, second.parent} == {"a"}


REFERENCE = SHARED / "000_7921adbd90302e63.txt"


@pytest.mark.skipif(not REFERENCE.exists(), reason="the scraped page is not part of the project")
def test_the_reference_page_is_one_article_and_two_boxes_without_furniture():
    text = REFERENCE.read_text(encoding="utf-8")
    main, opinion, sidebar = clean(Record(source=str(REFERENCE), text=text, title=text.split("\n")[0]))

    assert [(a.kind, a.byline, a.parent) for a in (main, opinion, sidebar)] == [
        ("article", None, None), ("opinion", "Ross Clark", main.id), ("sidebar", "Jerome Starkey", main.id),
    ]  # fmt: skip
    assert opinion.title.startswith("JD Vance outraged")
    assert sidebar.title == "US OR BUST"
    everything = "\n".join(a.text for a in (main, opinion, sidebar))
    assert not re.search(r"[^\n]Credit:|Read Entire|Read more|month ago|^\d+$|^<$", everything, re.MULTILINE)
    captions = [line for line in text.split("\n") if "Credit: " in line]
    assert len(captions) == 11
    assert all(line.split("Credit: ")[0] in main.text.split("\n") for line in captions)
    assert opinion.text.endswith("standing up for those things.")
    assert sidebar.text.endswith('prevent him attacking again."')
    assert "Another key demand of Moscow's" in main.text
    assert main.published is None
