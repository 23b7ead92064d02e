"""What is saved of a conversation: the answers and their sources, and nothing that runs, loads or becomes markup."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from showing import CLOSED, CRIED, HOSTILE, STORY, TEXTS, Page, answered, article_of, place_in

import qa
from qa.export import copy_text, plain, to_html, to_markdown
from qa.turn import Turn
from qa.types import Scope

markdown_it = pytest.importorskip("markdown_it", reason="no Markdown parser here")
ABSTAINED = Turn(
    2, "Who?", qa.Answer("Who?", (), 0.1, (), reason="no sentence answers it"), (place_in(STORY, CRIED),)
)


def find(article_id: str, edition: str) -> qa.Article | None:
    return STORY if (article_id, edition) == (STORY.id, STORY.edition) else None


def rendered(markdown: str) -> tuple[str, set[str]]:
    """(text, kinds of tokens) of some Markdown, in GitHub's dialect."""
    parser = markdown_it.MarkdownIt("gfm-like", {"linkify": False})
    found = [t for token in parser.parse(markdown) for t in (token, *(token.children or ()))]
    return "".join(t.content for t in found if t.type in ("text", "text_special")), {t.type for t in found}


# -- Markdown ----------------------------------------------------------------------------------------------


@given(TEXTS)
def test_in_markdown_a_text_is_just_this_text(value):
    line = " ".join(value.split())
    shown, kinds = rendered(f"“{plain(value)}”")

    assert shown == f"“{line}”".replace("\0", "\ufffd")
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}


@pytest.mark.parametrize(
    "address", ["https://x.example/a", "www.x.example", "a@x.example", "HTTP://X.example"]
)
def test_in_markdown_no_address_becomes_a_link(address):
    assert address not in plain(f"see {address} now")


@given(TEXTS, st.lists(TEXTS, min_size=3, max_size=3))
def test_a_saved_conversation_has_no_markup_but_its_own(question, fields):
    article = article_of(fields[0], title=fields[1], publisher=fields[2], url=fields[0])
    turn = answered(article, qa.Span(0, len(fields[0])), question=question)

    kinds = rendered(to_markdown((turn,)))[1]

    assert not kinds & {
        "html_block",
        "html_inline",
        "image",
        "link_open",
        "fence",
        "code_block",
        "code_inline",
        "table_open",
    }


def test_markdown_names_who_when_where_and_that_the_quote_is_exact():
    shown = rendered(to_markdown((answered(STORY, CLOSED, question="When did it close?"), ABSTAINED)))[0]

    assert "When did it close?" in shown
    assert "“The pier closed on Monday.” — Quay News. Pier closes. 7 October 2031 (exact quote, " in shown
    assert f"{STORY.id}@{STORY.edition}:0-26" in shown
    assert "The articles do not say." in shown


# -- a web page --------------------------------------------------------------------------------------------


@given(TEXTS, st.lists(TEXTS, min_size=3, max_size=3))
def test_a_saved_page_has_no_markup_but_its_own_and_loads_nothing(question, fields):
    article = article_of(fields[0], title=fields[1], publisher=fields[2], url=fields[0])
    turn = answered(article, qa.Span(0, len(fields[0])), question=question)

    page = Page(to_html((turn,), lambda *_: article))

    assert page.tags <= set(
        "html head meta title style body main h1 h2 h3 section p a ol li strong span bdi div mark".split()
    )
    assert "script" not in page.tags
    assert all(link.startswith(("#s", "https://", "http://")) for link in page.links)
    assert not [
        name for name in page.attributes if name.startswith("on") or name in ("src", "srcset", "style")
    ]


def test_a_saved_page_holds_its_sources_with_the_quotes_marked():
    page = to_html((answered(STORY, CLOSED), ABSTAINED), find)

    assert re.findall("<mark>(.*?)</mark>", page) == ["The pier closed on Monday."]
    assert "The mayor cried. It rained." in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert 'href="#s1"' in page
    assert 'id="s1"' in page


def test_an_edition_that_is_gone_is_said_and_the_quote_stays():
    page = to_html((answered(STORY, CLOSED),), lambda *_: None)

    assert "no longer stored" in page
    assert "The pier closed on Monday." in page


def test_what_has_no_answer_says_why():
    failed = Turn(1, "?!", problem="the question is empty", scope=Scope("2031-01-01"))
    stopped = Turn(2, "Who?", stopped=True)

    for saved in (to_markdown((failed, stopped)), to_html((failed, stopped), find)):
        assert "The question is empty" in saved
        assert "Stopped before it was finished" in saved


def test_only_an_answer_is_copied():
    turn = answered(STORY, CLOSED)

    assert copy_text(replace(turn, answer=None)) == ""
    assert copy_text(ABSTAINED).endswith("The articles do not say.")
    assert HOSTILE[0] in copy_text(
        answered(article_of(HOSTILE[0]), qa.Span(0, len(HOSTILE[0])))
    )  # plain text is no markup
