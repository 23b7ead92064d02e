"""The reader: the article is shown as it is, and marked exactly where it was quoted."""

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from showing import (
    CLOSED,
    CRIED,
    STORY,
    TEXTS,
    Page,
    answered,
    article_of,
    is_ours,
    place_in,
    stripped,
    texts_with_spans,
)  # fmt: skip

import qa
from indexes.shelf import Edition
from qa import page, sheet
from qa.turn import Turn


@given(texts_with_spans())
def test_a_marked_article_is_the_article_again_without_its_tags(drawn):
    body, spans = drawn

    shown = sheet.marked(body, spans, spans[0])

    assert stripped(shown) == body
    assert Page(shown).tags <= {"mark"}


@given(texts_with_spans())
def test_the_marks_enclose_exactly_the_quotes(drawn):
    body, spans = drawn

    shown = sheet.marked(body, spans, spans[0])

    current = re.findall(r'<mark class="qa-current">(.*?)</mark>', shown, re.DOTALL)
    assert html.unescape("".join(current)) == spans[0].cut(body)
    every = re.findall(r"<mark[^>]*>(.*?)</mark>", shown, re.DOTALL)
    covered = sorted({i for span in spans for i in range(span.start, span.end)})
    assert html.unescape("".join(every)) == "".join(body[i] for i in covered)


def test_offsets_count_code_points():
    body = "🧾🧾 The pier 🧾 closed. e\u0301"

    shown = sheet.marked(body, [qa.Span(3, 21)], qa.Span(3, 21))

    assert shown == '🧾🧾 <mark class="qa-current">The pier 🧾 closed.</mark> e\u0301'


@given(TEXTS, TEXTS, st.lists(TEXTS, min_size=5, max_size=5))
def test_no_field_of_an_article_or_question_becomes_markup(question, body, fields):
    title, byline, publisher, url, source = fields
    article = article_of(body, title=title, byline=byline, publisher=publisher, url=url, source=source)
    turn = answered(article, qa.Span(0, len(body)), question=question)

    shown = page.conversation((turn,)) + sheet.reader(turn, 1, article, clicked=True) + sheet.whole(article)

    assert is_ours(shown)
    assert (
        f'<div class="qa-text" dir="auto"><mark class="qa-current">{html.escape(body)}</mark></div>' in shown
    )


def test_a_quote_that_is_not_in_the_stored_text_is_not_marked():
    turn = Turn(1, "Who?", answered(STORY, CLOSED).answer, (place_in(STORY, CLOSED, exact=False),))

    assert "<mark" not in sheet.reader(turn, 1, STORY, clicked=True)


def test_the_reader_steps_from_citation_to_citation_and_stops_at_the_ends():
    turn = answered(STORY, CLOSED, CRIED)

    first, last = (sheet.reader(turn, n, STORY, clicked=True) for n in (1, 2))

    assert "Citation 1 of 2" in first
    assert re.findall(r'aria-disabled="true" tabindex="-1" aria-label="(\w+)', first) == ["Previous"]
    assert re.findall(r'aria-disabled="true" tabindex="-1" aria-label="(\w+)', last) == ["Next"]
    assert re.findall(r'data-place="([\d.]+)"', first + last) == ["1.2", "1.1"]
    assert 'aria-keyshortcuts="Alt+N"' in first


def test_the_reader_says_what_the_article_says_of_itself():
    shown = stripped(sheet.reader(answered(STORY, CLOSED), 1, STORY, clicked=True))

    assert all(
        fact in shown for fact in ("Pier closes", "Quay News", "By Jane Roe", "Published 7 October 2031")
    )


def test_the_headline_is_not_shown_twice_and_the_text_is_whole():
    story = article_of("Pier closes\n\nThe pier closed. It rained.", title="Pier closes")

    shown = sheet.reader(answered(story, qa.Span(13, 29)), 1, story, clicked=True)
    quoted = sheet.reader(answered(story, qa.Span(0, 11)), 1, story, clicked=True)

    assert '<span class="qa-headline">Pier closes</span>' in shown
    assert "qa-headline" not in quoted  # it is what was quoted
    for reader in (shown, quoted):
        assert stripped(reader[reader.index('<div class="qa-text"') :]) == story.text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "https:///x", "https://", "//x.example", "file:///etc/passwd", "", None,
        "https://x.example/\u202ereversed", "https://x.example/a b", "https://[x", "https://ex\u0430mple.org/",
    ],
)  # fmt: skip
def test_only_a_plain_web_address_is_a_link(url):
    assert sheet.web_address(url) is None
    assert "<a " not in sheet.whole(article_of("The pier closed.", url=url))


def test_the_original_opens_apart_and_is_not_told_from_where():
    shown = sheet.whole(article_of("The pier closed.", url="https://quay.example/pier?a=1&b=2"))

    assert 'href="https://quay.example/pier?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"' in shown


# -- editions ----------------------------------------------------------------------------------------------

LATER = article_of(
    "UPDATE. The pier closed on Monday. Nobody cried.", title="Pier closes", updated="2031-10-08"
)
STORED = (
    Edition(LATER.edition, None, "2031-10-08", current=True),
    Edition(STORY.edition, "2031-10-07", None, current=False),
)


def test_an_article_that_has_changed_says_so_and_its_editions_can_be_read():
    shown = sheet.reader(answered(STORY, CLOSED), 1, STORY, clicked=True, stored=STORED)

    assert "The article has changed since" in shown
    assert "Edition 2, 8 October 2031 (current)" in stripped(shown)
    assert re.findall(r'data-edition="(\w+)"( aria-current)?', shown) == [
        (LATER.edition, ""), (STORY.edition, " aria-current"),
    ]  # fmt: skip


def test_in_another_edition_the_quote_is_marked_where_it_stands_and_else_not():
    turn = answered(STORY, CLOSED, CRIED)

    there, gone = (sheet.reader(turn, n, LATER, clicked=True, stored=STORED) for n in (1, 2))

    assert '<mark class="qa-current">The pier closed on Monday.</mark>' in there
    assert "The quoted words stand in this one too" in there
    assert "<mark" not in gone
    assert "do not stand in this one" in gone


def test_an_article_that_was_removed_says_so():
    stored = (Edition(STORY.edition, None, None, current=False),)

    assert "was removed since" in sheet.reader(answered(STORY, CLOSED), 1, STORY, clicked=True, stored=stored)


def test_a_place_that_is_not_there_shows_the_empty_reader(library):
    article = next(library.articles())
    turn = answered(article, qa.Span(0, 10))

    assert "qa-text" in sheet.show(library, (turn,), 1, 1, clicked=True)
    for number, place in ((2, 1), (1, 0), (1, 99)):
        assert sheet.show(library, (turn,), number, place, clicked=True) == sheet.EMPTY_READER
    assert sheet.show(library, (turn,), 1, 1, edition="none") == sheet.GONE_READER
    assert sheet.show_article(library, "nobody") == sheet.GONE_READER
    assert html.escape(article.text[-40:]) in sheet.show_article(library, article.id)


def test_the_other_articles_of_a_story_are_named_and_can_be_opened():
    copy = article_of("The pier closed on Monday.", id="a2", publisher="Coast Wire", published="2031-10-08")
    turn = answered(STORY, CLOSED)
    turn = replace(turn, places=(replace(turn.places[0], copies=("a2", "a3")),))

    shown = sheet.reader(turn, 1, STORY, clicked=True, copies=[copy])

    assert "Also in 2 others:Coast Wire, 8 October 2031" in stripped(shown)
    assert 'data-do="select" data-article="a2"' in shown
    assert "also in 2 others" in stripped(page.chip(turn, 1))
