"""Feeds: each entry of RSS or Atom is an article; a feed is data, whatever it declares."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.feeds import read_feed
from indexes.sandbox import Sandbox
from indexes.types import Original, Record, Skipped

RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Quay News</title><language>en-gb</language>
<item><title>Crane falls &amp;amp; breaks</title><link>https://quay.example/crane</link><dc:creator>Tom Reed</dc:creator>
<pubDate>Tue, 04 Mar 2031 09:30:00 GMT</pubDate><description>Short.</description><category>Harbour</category>
<content:encoded><![CDATA[<p>A crane fell.</p><ul><li>It cost £4</li></ul><script>x()</script>]]></content:encoded></item>
<item><title>No text</title></item>
<item><guid>tag:quay,2031:2</guid><description>Fares &lt;b&gt;rise&lt;/b&gt;.</description><pubDate>soon</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Quay News</title>
<entry><title type="html">Crane &lt;i&gt;falls&lt;/i&gt;</title><link rel="self" href="https://quay.example/feed/1"/>
<link href="https://quay.example/crane"/><id>urn:1</id><author><name>Ann Bo</name></author><author><name>Cy Di</name></author>
<updated>2031-03-05T10:00:00Z</updated><published>2031-03-04T09:30:00Z</published><source><title>Coast Wire</title></source>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A crane fell.</p><p>Nobody died.</p></div></content></entry>
<entry><id>urn:2</id><updated>2031-03-05T10:00:00Z</updated><summary>Only changed.</summary></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Quay News</title></channel><item><title>Crane</title><link>https://quay.example/c</link>
<description>It fell.</description><dc:date>2031-03-04</dc:date></item></rdf:RDF>"""


def read(content: str | bytes) -> list[Record | Skipped]:
    return list(
        read_feed(Original("a.rss", "feed", content.encode() if isinstance(content, str) else content))
    )


def test_rss_gives_its_entries_with_the_fullest_text():
    first, second, third = read(RSS)

    assert first == Record(
        source="https://quay.example/crane", text="A crane fell.\n\nIt cost £4", title="Crane falls & breaks", byline="Tom Reed",
        publisher="Quay News", published="2031-03-04T09:30:00Z", language="en-gb", url="https://quay.example/crane",
        section="Harbour", dated_by="feed",
    )  # fmt: skip
    assert second == Skipped("a.rss#2", "an entry without text")
    assert isinstance(third, Record)
    assert (third.source, third.id, third.text, third.published) == (
        "a.rss#3",
        "tag:quay,2031:2",
        "Fares rise.",
        None,
    )


def test_atom_gives_its_entries_and_a_change_is_no_publication():
    first, second = read(ATOM)

    assert first == Record(
        source="https://quay.example/crane", text="A crane fell.\n\nNobody died.", title="Crane falls", byline="Ann Bo, Cy Di",
        publisher="Coast Wire", published="2031-03-04T09:30:00Z", updated="2031-03-05T10:00:00Z", language="en",
        url="https://quay.example/crane", dated_by="feed",
    )  # fmt: skip
    assert isinstance(second, Record)
    assert (second.id, second.published, second.updated) == ("urn:2", None, "2031-03-05T10:00:00Z")


def test_rss_1_and_a_feed_that_is_not_well_formed_are_read():
    (record,) = read(RDF)
    assert isinstance(record, Record)
    assert (record.text, record.published) == ("It fell.", "2031-03-04")

    broken = read(
        "<rss><channel><item><title>A & B</title><description>It fell & broke for £&nbsp;4 &eacute; &lt;b&gt;x&lt;/b&gt; &nosuch; AT&amp;amp;T.</description></item>"
    )
    assert [i.text for i in broken if isinstance(i, Record)] == [
        "It fell & broke for £\u00a04 é x &nosuch; AT&T."
    ]


def test_a_feed_in_windows_1252_keeps_its_pounds():
    feed = '<?xml version="1.0" encoding="windows-1252"?><rss><channel><item><description>It costs £3 – “cheap”</description></item></channel></rss>'
    (record,) = read(feed.encode("cp1252"))

    assert isinstance(record, Record)
    assert record.text == "It costs £3 – “cheap”"


LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + "]><rss><channel><item><description>&m;</description></item></channel></rss>"
)
OUTSIDE = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><item><description>&a;</description></item></channel></rss>'


@pytest.mark.parametrize(
    "feed",
    [LAUGHS, OUTSIDE, LAUGHS.encode("utf-16"), "<!--" + "x" * 2**21 + "-->" + OUTSIDE],
    ids=["laughs", "file", "utf-16", "late"],
)
def test_entities_are_neither_expanded_nor_fetched(feed: str | bytes):
    content = feed.encode() if isinstance(feed, str) else feed
    with Sandbox(seconds=20) as sandbox:
        items = sandbox.parse(Original("a.rss", "feed", content))

    assert items
    assert all(
        isinstance(item, Skipped) or (len(item.text) < 1_000 and "root:" not in item.text) for item in items
    )


@pytest.mark.parametrize(
    "content",
    ["", "nonsense", "<html><body>x</body></html>", "<rss><channel></channel></rss>", "\0" * 9, "<feed/>"],
)
def test_what_is_no_feed_is_named(content: str):
    (item,) = read(content)

    assert isinstance(item, Skipped)


@settings(max_examples=50)
@given(
    st.binary()
    | st.text().map(
        lambda t: f"<rss><item><description>{t}</description><link>{t}</link>".encode("utf-8", "ignore")
    )
)
def test_any_bytes_are_records_or_reasons(content: bytes):
    items = read(content)

    assert items
    assert all(isinstance(item, Record | Skipped) for item in items)


def test_entries_beyond_the_most_that_are_read_are_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("indexes.feeds.MAX_ENTRIES", 2)
    items = read("<rss><channel>" + "<item><description>It fell.</description></item>" * 3)

    assert [type(item) for item in items] == [Record, Record, Skipped]


def test_deep_nesting_ends_no_process():
    with Sandbox() as sandbox:
        (item,) = sandbox.parse(Original("a.rss", "feed", b"<rss><channel><item>" + b"<a>" * 50_000))

    assert isinstance(item, Skipped)
    assert "broke" not in item.reason
