"""Pages: the article comes out whole and without the page around it, whatever the HTML is."""

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.pages import MAX_DEPTH, parse_html, plain_text, read_page
from indexes.sandbox import Sandbox
from indexes.types import Original, Record, Skipped

HARBOUR = "The harbour master said on Monday that every bolt of the crane had been inspected in May, {}."


def read(html: str | bytes, **fields: str) -> Record:
    content = html.encode() if isinstance(html, str) else html
    (record,) = read_page(Original("page.html", "html", content, **fields))
    assert isinstance(record, Record)
    return record


def lines(record: Record) -> list[str]:
    return [line for line in record.text.split("\n") if line]


def page(article: str, *, head: str = "") -> str:
    return (
        f"<!doctype html><html lang=en><head><title>Crane falls | Quay News</title>{head}</head><body>"
        "<header><nav><ul><li><a href=/>Home</a></li><li><a href=/sport>Sport</a></li></ul></nav></header>"
        f"<main><article><h1>Crane falls</h1>{article}</article></main>"
        "<section class=related><h2>Related stories</h2><ul><li><a href=/a>Ferry fares rise again in spring</a></li>"
        "<li><a href=/b>School to close in June, council says</a></li></ul></section>"
        "<footer><p>© 2031 Quay News. All rights reserved. Registered in Elmport.</p></footer></body></html>"
    )


def test_every_block_of_the_article_is_a_line_and_the_page_around_it_is_gone():
    record = read(
        page(
            "<figure><img src=a.jpg alt=x><figcaption>The crane on its side. Credit: Reuters</figcaption></figure>"
            f"<p>{HARBOUR.format('first')}</p><p>Short one.</p><h2>What happened</h2>"
            "<p>It was <b>sound</b> on <time datetime=2031-03-02>2 March</time>, she <a href=/x>said</a>.<br>Then it fell.</p>"
            "<blockquote><p>“We checked every bolt.”</p></blockquote><ul><li>Two dockers hurt<li>Nobody died</ul>"
            f"<div>{HARBOUR.format('in a div')}</div>"
            "<table><tr><th>Year<th>Falls<tr><td>2029<td><p>1</p></table>"
            "<aside class=newsletter><h3>Sign up</h3><p>Get our newsletter every morning.</p></aside>"
            f"<p>{HARBOUR.format('last')}</p>"
        )
    )

    assert lines(record) == [
        "Crane falls",
        "The crane on its side. Credit: Reuters",
        HARBOUR.format("first"),
        "Short one.",
        "What happened",
        "It was sound on 2 March, she said.",
        "Then it fell.",
        "“We checked every bolt.”",
        "Two dockers hurt",
        "Nobody died",
        HARBOUR.format("in a div"),
        "Year | Falls",
        "2029 | 1",
        HARBOUR.format("last"),
    ]


def test_a_box_in_the_article_that_tells_something_stays_with_its_heading_and_byline():
    box = f"<aside class=opinion><h3>Opinion: why cranes fall</h3><p class=byline>By Ross Clark</p><p>{HARBOUR.format(7)}</p><p>{HARBOUR.format(8)}</p><p>{HARBOUR.format(9)}</p></aside>"
    links = (
        "<aside><p><a href=/1>"
        + "Another story of this paper that is linked here</a></p><p><a href=/2>" * 6
        + "End</a></p></aside>"
    )
    text = read(page(f"<p>{HARBOUR.format(1)}</p>{box}<p>{HARBOUR.format(2)}</p>{links}")).text

    assert "Opinion: why cranes fall\n\nBy Ross Clark\n\n" + HARBOUR.format(7) in text
    assert "Another story" not in text


def test_a_short_article_is_not_glued_to_the_menu():
    assert lines(read(page("<p>The council met.</p><p>It voted 5 to 4.</p>"))) == [
        "Crane falls",
        "The council met.",
        "It voted 5 to 4.",
    ]


def test_a_standfirst_is_kept_where_the_page_marks_it():
    head = "<div data-gu-name=headline><h1>Crane falls</h1></div><div data-gu-name=standfirst><p>Months of doubt end on Elm Quay</p></div>"
    body = "".join(f"<p>{HARBOUR.format(n)}</p>" for n in range(4))
    record = read(f"<main><article>{head}<div class=article-body>{body}</div></article></main>")
    inside = read(
        f"<main><article><h1>Crane falls</h1><p class=standfirst>Months of doubt end on Elm Quay</p>{body}</article></main>"
    )

    assert lines(record)[0] == "Months of doubt end on Elm Quay"
    assert inside.text.count("Months of doubt") == 1


words = st.lists(
    st.sampled_from("crane quay harbour council ferry bridge vote price £4.5 2031 “sound” naïve".split()),
    min_size=2,
    max_size=40,
).map(" ".join)
BLOCKS = {
    "paragraph": "<p>{}</p>",
    "list item": "<ul><li>{}</li></ul>",
    "heading": "<h2>{}</h2><p>It goes on below the heading, as articles do after each of them, the council said.</p>",
    "quotation": "<blockquote>{}</blockquote>",
    "caption": "<figure><img src=x.jpg><figcaption>{}</figcaption></figure>",
    "caption in a frame": "<figure class=article__media><div class=media-caption><figcaption><span class=caption>{}</span></figcaption></div></figure>",
    "inline": "<p><span>{}</span></p>",
}  # fmt: skip


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(BLOCKS)), words), min_size=1, max_size=14, unique_by=lambda b: b[1]
    ),
    st.sampled_from(["<article>{}</article>", "<main>{}</main>", "<div class=article-body>{}</div>"]),
)
def test_no_block_of_an_article_is_lost(blocks: list[tuple[str, str]], frame: str):
    marked = [(kind, f"Line {n} {text}.") for n, (kind, text) in enumerate(blocks)]
    html = "".join(BLOCKS[kind].format(escape(line)) for kind, line in marked)
    text = read(f"<html><body>{frame.format(html)}</body></html>").text

    found = text.split("\n")
    assert [line for _, line in marked if line not in found] == []


@given(st.binary() | st.text().map(lambda t: f"<p>{t}</p>".encode("utf-8", "ignore")))
def test_any_bytes_are_a_record_or_a_reason(content: bytes):
    (item,) = read_page(Original("x.html", "html", content))

    assert isinstance(item, Record | Skipped)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-8-sig"])
def test_a_pound_stays_a_pound_whatever_the_page_says_of_its_encoding(encoding: str):
    html = (
        "<html><head><meta charset=utf-8></head><body><p>It costs £3 – “cheap”, she said.</p></body></html>"
    )

    assert read(html.encode(encoding)).text == "It costs £3 – “cheap”, she said."


def test_the_encoding_that_the_server_or_the_page_names_is_taken_where_the_bytes_leave_it_open():
    text = "Кран упал на причал."
    html = f"<meta charset=windows-1251><p>{text}</p>"

    assert read(html.encode("cp1251")).text == text
    assert read(f"<p>{text}</p>".encode("koi8-r"), encoding="koi8-r").text == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no HTML"),
        (b" \n ", "holds no HTML"),
        (b"\0" * 100, "is binary"),
        (b"<html><body><script>render()</script><nav>Home</nav></body></html>", "JavaScript"),
        (b"<!-- nothing -->", "holds no"),
    ],
)
def test_a_page_without_an_article_is_named(content: bytes, reason: str):
    (item,) = read_page(Original("x.html", "html", content))

    assert isinstance(item, Skipped)
    assert reason in item.reason


@pytest.mark.parametrize("depth", [MAX_DEPTH + 20, 500, 2_000])
def test_nesting_loses_nothing(depth: int):
    paragraphs = "".join(f"<p>{HARBOUR.format(n)}</p>" for n in range(5))
    record = read("<div>" * depth + paragraphs + "</div>" * depth)

    assert all(HARBOUR.format(n) in record.text for n in range(5))


@pytest.mark.parametrize("tag", ["div", "b", "table", "ul", "font"])
def test_nesting_without_end_ends_no_process_and_is_named(tag: str):
    html = f"<{tag}>".encode() * 20_000 + HARBOUR.encode()
    with Sandbox() as sandbox:
        (item,) = sandbox.parse(Original("x.html", "html", html))

    assert item == Skipped("x.html", "holds no HTML, or more than 2,048 elements in each other")


def test_a_tree_is_no_deeper_than_trees_may_be():
    tree = parse_html("<div>" * 240 + "<p>one</p>two" + "</div>" * 240)

    assert tree is not None
    assert max(len(list(e.iterancestors())) for e in tree.iter()) < MAX_DEPTH
    assert plain_text("<div>" * 240 + "<b>one</b>two").split() == ["one", "two"]


def test_marks_that_do_not_show_and_half_characters_break_nothing():
    text = "The \u202ecrane\u202c fell\u200b on\ufeff Elm Quay."
    record = read(f"<p>{text}</p>&#xD800;&#0;&#1114112;")

    assert text in record.text


def test_what_is_not_shown_is_not_read():
    html = "<div style='display: none'>Preheader</div><p hidden>Hidden</p><p>Seen<script>x()</script></p><p>Also</p><option>No</option>"

    assert plain_text(html) == "Seen\n\nAlso"


def test_a_pages_own_line_breaks_stay_where_they_were_meant():
    assert plain_text("<pre>one\n two</pre><p>three\nfour</p>a<br>b") == "one\ntwo\n\nthree four\n\na\nb"
