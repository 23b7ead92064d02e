"""What the tests of the chat's HTML share: hostile texts, what our own HTML may be made of, turns made by hand."""

import html
import re
from html.parser import HTMLParser

from hypothesis import strategies as st

import qa
from qa.turn import Place, Turn

HOSTILE = (
    '"><img src=https://evil.example/a.png onerror=alert(1)>',
    "</div></section><script>alert(1)</script>",
    "'onmouseover='alert(1)' data-place='1.1",
    "![logo](https://evil.example/b.png) [a](javascript:alert(1))",
    "${alert(1)} {{constructor.constructor('alert(1)')()}} `+alert(1)+`",
    "&lt;b&gt; &amp;amp; <!-- ]]> <![CDATA[",
    "\u202eexe.txt\u2066 \U0001f9fe \u0000 e\u0301",
)
NOT_SURROGATES = st.characters(exclude_categories=["Cs"])
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(NOT_SURROGATES, min_size=1),
    st.text(st.sampled_from("<>&\"'/=;a 1#\n`${}[]()!"), min_size=1),
).filter(str.strip)

# Everything that our own HTML may be made of.
TAGS = set(
    "article section nav header div p h2 h3 ul li pre code span bdi button mark em strong a details summary label input"
    " progress table caption tbody tr th td".split()
)
ATTRIBUTES = {
    "class", "type", "role", "dir", "title", "tabindex", "href", "target", "rel", "maxlength", "autocomplete", "open", "max",
    "value", "aria-label", "aria-hidden", "aria-disabled", "aria-current", "aria-keyshortcuts", "data-do", "data-place",
    "data-example", "data-shown", "data-clicked", "data-back", "data-copy", "data-turn", "data-verdict", "data-edition",
    "data-article", "data-page",
}  # fmt: skip


class Page(HTMLParser):
    """What a browser makes of some HTML: its tags, its attributes, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.others: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.others.append(data)

    def handle_decl(self, decl):
        self.others.append(decl)

    def unknown_decl(self, data):
        self.others.append(data)


def is_ours(source: str) -> bool:
    page = Page(source)
    clickable = all(link.startswith(("https://", "http://")) for link in page.links)
    return page.tags <= TAGS and page.attributes <= ATTRIBUTES and not page.others and clickable


def stripped(source: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", source))


def article_of(body: str, **fields) -> qa.Article:
    return qa.Article(id=fields.pop("id", "a1"), source=fields.pop("source", "a.txt"), text=body, **fields)


def place_in(article: qa.Article, span: qa.Span, *, exact=True, speaker=None) -> Place:
    return Place(
        article_id=article.id,
        edition=article.edition,
        span=span,
        quote=span.cut(article.text),
        title=article.title or article.source,
        publisher=article.publisher,
        published=article.published,
        speaker=speaker,
        exact=exact,
    )


def citation_in(article: qa.Article, span: qa.Span, **changes) -> qa.Citation:
    fields = {
        "article_id": article.id, "edition": article.edition, "span": span, "quote": span.cut(article.text),
        "title": article.title, "byline": article.byline, "publisher": article.publisher,
        "published": article.published, "url": article.url, "source": article.source,
    }  # fmt: skip
    return qa.Citation(**(fields | changes))


def answered(article: qa.Article, *spans: qa.Span, question="Who?", confidence=0.9, **fields) -> Turn:
    statements = tuple(qa.Statement(s.cut(article.text) or "-", (citation_in(article, s),)) for s in spans)
    answer = qa.Answer(question, statements, confidence, (), **fields)
    return Turn(1, question, answer, tuple(place_in(article, span) for span in spans))


STORY = article_of(
    "The pier closed on Monday. The mayor cried. It rained.",
    title="Pier closes",
    publisher="Quay News",
    published="2031-10-07",
    byline="Jane Roe",
)
CLOSED, CRIED = qa.Span(0, 26), qa.Span(27, 43)


@st.composite
def texts_with_spans(draw):
    body = draw(TEXTS)
    edges = st.tuples(st.integers(0, len(body)), st.integers(0, len(body))).filter(lambda e: e[0] != e[1])
    spans = [qa.Span(min(e), max(e)) for e in draw(st.lists(edges, min_size=1, max_size=5))]
    return body, spans
