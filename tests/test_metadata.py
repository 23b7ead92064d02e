"""What a page states of itself; above all, that no date is ever made up."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.metadata import Stated, read_metadata
from indexes.pages import parse_html
from indexes.timestamps import to_iso

BODY = "<p>The crane fell on 2 March 2029, and again on 2030-05-06, the harbour master said in a long statement to the press and to the public.</p>"


def stated(html: str, fetched: str | None = None) -> Stated:
    tree = parse_html(f"<html>{html}</html>")
    assert tree is not None
    return read_metadata(tree, fetched)


def linked(**fields: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


def test_json_ld_of_the_article_is_told_from_that_of_the_site_and_of_other_articles():
    nodes = [
        {"@type": "WebSite", "name": "Quay News", "datePublished": "2001-01-01"},
        {"@type": "NewsArticle", "url": "https://quay.example/other", "headline": "Other", "datePublished": "2030-01-01"},
        {"@type": ["Article", "NewsArticle"], "mainEntityOfPage": {"@id": "https://quay.example/crane"}, "headline": "Crane  falls",
         "datePublished": "2031-03-04T09:30:00+00:00", "dateModified": "2031-03-05T10:00:00Z",
         "author": [{"@type": "Person", "name": "Ines Okafor"}, {"name": "Tom Reed"}, "Tom Reed", "https://quay.example/ann"],
         "publisher": {"name": "Quay News"}, "articleSection": ["Harbour", "News"], "inLanguage": "en-GB"},
    ]  # fmt: skip
    page = f"<head><link rel=canonical href=https://quay.example/crane><script type='application/ld+json'>{json.dumps({'@graph': nodes})}</script></head><body>{BODY}"

    assert stated(page) == Stated(
        title="Crane falls",
        byline="Ines Okafor, Tom Reed",
        publisher="Quay News",
        published="2031-03-04T09:30:00+00:00",
        dated_by="json-ld",
        updated="2031-03-05T10:00:00Z",
        language="en-GB",
        section="Harbour, News",
        url="https://quay.example/crane",
    )


@pytest.mark.parametrize(
    ("head", "body", "published", "where"),
    [
        (
            "<meta property=article:published_time content=2031-03-04T09:30:00Z>",
            "",
            "2031-03-04T09:30:00Z",
            "meta",
        ),
        ("<meta name='DC.Date' content='2031-03-04'>", "", "2031-03-04", "meta"),
        (
            "<meta name=date content=yesterday><meta itemprop=datePublished content=2031-03-04>",
            "",
            "2031-03-04",
            "meta",
        ),
        (linked(datePublished="soon"), "<time datetime='2031-03-04'>4 March</time>", "2031-03-04", "time"),
        ("", "<time pubdate>March 4, 2031</time>", "2031-03-04", "time"),
        ("", "<span itemprop=datePublished content='2031-03-04'>4/3/31</span>", "2031-03-04", "markup"),
        ("", "<p class=byline>By Tom Reed, 4 March 2031</p>", "2031-03-04", "markup"),
        ("", "<div class=entry-date>4. März 2031</div>", "2031-03-04", "markup"),
        ("", "<div class='post-meta'>Publié le 4 août 2031</div>", "2031-08-04", "markup"),
        ("<link rel=canonical href=https://quay.example/2031/03/04/crane>", "", "2031-03-04", "url"),
    ],
)
def test_a_date_is_found_where_pages_state_it(head: str, body: str, published: str, where: str):
    found = stated(f"<head>{head}</head><body><article><h1>Crane falls</h1>{body}{BODY}</article>")

    assert (found.published, found.dated_by) == (published, where)


@pytest.mark.parametrize(
    "body",
    [
        "<div class=date>Yesterday</div>",
        "<div class=date>2 hours ago</div>",
        "<div class=date>4 March</div>",
        "<div class=date>08/09/2031</div>",
        "<div class=published>Winter 2031</div>",
        "<div class=meta>© 2031 Quay News</div>",
        "<time>10:30</time>",
        "<time datetime='PT5M'>5 min read</time>",
        "<footer>Copyright 2031 <time datetime=2031-01-01>now</time></footer>",
        "<aside><time datetime=2031-01-01>1 January</time></aside>",
        "<div class='related-stories'><article><time datetime=2031-01-01>1 January</time></article></div>",
        "<section id=comments><time datetime=2031-01-01>1 January 2031</time></section>",
        f"<p>The vote is on <time datetime=2031-06-01>1 June</time>, the council said. {'It was long in coming. ' * 8}</p>",
        "<p class='story-timeline'>" + "In 2029 the quay was built and in 2030 it was opened. " * 5 + "</p>",
    ],
)
def test_what_is_not_the_articles_own_date_is_not_taken_for_it(body: str):
    head = "<meta http-equiv=last-modified content='Tue, 04 Mar 2031 09:30:00 GMT'><meta name=copyright content=2031>"
    found = stated(
        f"<head>{head}</head><body><article><h1>Crane falls</h1>{BODY}{body}</article><p>Updated daily since 1999."
    )

    assert (found.published, found.dated_by) == (None, None)


def test_a_change_is_not_taken_for_the_publication():
    found = stated(
        "<body><p class=byline>Updated <time datetime=2031-03-05T10:00Z>5 March</time></p>"
        f"<p class=byline>Published <time datetime=2031-03-04>4 March</time></p>{BODY}"
    )

    assert (found.published, found.updated) == ("2031-03-04", "2031-03-05T10:00Z")


dates = st.dates().map(lambda d: d.isoformat())


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["p", "div", "li", "h2", "span class=x", "footer"]), dates | st.text(max_size=20)
        ),
        max_size=8,
    )
)
def test_a_date_in_the_text_alone_is_no_date_of_the_page(blocks: list[tuple[str, str]]):
    html = "".join(f"<{tag}>{text.replace('<', ' ')}</{tag.split()[0]}>" for tag, text in blocks)
    found = stated(f"<head><title>News of 2031-01-01</title></head><body><article>{html}{BODY}</article>")

    assert (found.published, found.updated) == (None, None)


@settings(max_examples=50)
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="<>\"'&"), max_size=40),
    st.sampled_from(["datePublished", "author", "headline", "publisher", "@type"]),
)
def test_json_ld_of_any_shape_is_taken_or_left(value: str, name: str):
    for shape in (
        value,
        [value],
        {"name": value},
        {"name": [value, {}]},
        [[value]],
        7,
        None,
        {"@graph": {name: value}},
    ):
        found = stated(f"<head>{linked(**{name: shape})}</head><body>{BODY}")

        assert found.published is None or found.published == to_iso(value)


def test_a_fetched_page_cannot_claim_another_sites_address():
    page = "<head><link rel=canonical href=https://other.example/story></head>"

    assert stated(page, "https://quay.example/crane?utm=1").url == "https://quay.example/crane?utm=1"
    assert stated(page).url == "https://other.example/story"
    assert (
        stated("<link rel=canonical href=/crane#top>", "https://www.quay.example/crane?utm=1").url
        == "https://www.quay.example/crane"
    )
    assert (
        stated("<link rel=canonical href=https://quay.example/crane>", "https://www.quay.example/x").url
        == "https://quay.example/crane"
    )
    assert stated("<link rel=canonical href='http://['>").url is None
    assert stated("<link rel=canonical href='javascript:alert(1)'>").url is None


def test_the_title_is_the_headline_without_the_name_of_the_site():
    site = "<meta property=og:site_name content='Quay News'>"

    assert stated(f"<head>{site}<title>Crane falls | Quay News</title>").title == "Crane falls"
    assert stated(f"<head>{site}<title>Crane falls - Quay News</title>").title == "Crane falls"
    assert stated(f"<head>{site}<meta property=og:title content='A – B – quay news'>").title == "A – B"
    assert stated(f"<head>{site}<title>Quay News</title><body><h1>Crane</h1>").title == "Crane"


def test_bylines_of_meta_tags_and_of_links_are_read():
    assert (
        stated("<meta name=author content='Ann Bo'><meta name=author content='Cy Di'>").byline
        == "Ann Bo, Cy Di"
    )
    assert (
        stated(
            "<meta property=article:author content=https://x.example/ann><p>By <a rel=author href=/ann>Ann Bo</a>"
        ).byline
        == "Ann Bo"
    )
    assert stated("<aside><a rel=author href=/x>Other</a></aside>").byline is None


def test_a_byline_is_read_from_an_element_that_is_named_for_it():
    assert stated("<p class=author>By Ann Bo, Harbour Editor</p>").byline == "Ann Bo"
    assert stated("<div id=article-byline>by <b>Ann Bo</b> and Cy Di</div>").byline == "Ann Bo and Cy Di"
    assert stated("<p class=author>More of this writer</p><p class=bypass>By Ann Bo</p>").byline is None
    assert stated("<div class=related><p class=byline>By Ann Bo</p></div>").byline is None
