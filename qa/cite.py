"""Bind a draft to exact offsets of a stored edition, or drop it.

Law: `citation.quote` is `article.text[start:end]` of the edition that it names, read again from the catalogue
when the citation is made.
"""

import re
from collections.abc import Iterable

from indexes import Article, Index, Span

from .types import Citation


def cite_article(article: Article, edition: str, span: Span) -> Citation | None:
    """The citation for a span of an article that has just been read from the catalogue.

    None when it is another edition, or does not reach so far.
    """
    if article.edition != edition or span.end > len(article.text):
        return None
    return Citation(
        article_id=article.id,
        edition=edition,
        span=span,
        quote=span.cut(article.text),
        title=article.title,
        byline=article.byline,
        publisher=article.publisher,
        published=article.published,
        url=article.url,
        source=article.source,
    )


def holding(index: Index, article_ids: Iterable[str], quote: str) -> tuple[str, ...]:
    """Those of these current articles in which a quote stands word for word; its lines may break elsewhere."""
    line = " ".join(quote.split())
    articles = (index.article(article_id) for article_id in article_ids)
    return tuple(a.id for a in articles if a is not None and line in " ".join(a.text.split()))


def holds(index: Index, citation: Citation) -> bool:
    """Whether a citation, however old, still equals the stored text of its edition."""
    article = index.article(citation.article_id, citation.edition)
    return (
        article is not None
        and article.edition == citation.edition
        and citation.span.cut(article.text) == citation.quote
    )


# -- quotes in what somebody else wrote ----------------------------------------------------------------------

FOLD = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’‚ʼ`", "'"))
BLANKS = re.compile(r"\s+")


def find_quote(words: str, text: str) -> Span | None:
    """Where words stand in a text: the same characters but for quote marks and blanks, at the borders of words.

    A comma or full stop that typography moved inside the closing mark need not be there.
    """
    for wanted in dict.fromkeys((words.strip(), words.strip().rstrip(".,;:"))):
        pattern = r"\s+".join(re.escape(part) for part in BLANKS.split(wanted.translate(FOLD)) if part)
        if not pattern:
            continue
        left, right = (r"(?<!\w)" if wanted[0].isalnum() else ""), (r"(?!\w)" if wanted[-1].isalnum() else "")
        found = re.search(left + pattern + right, text.translate(FOLD))
        if found:
            return Span(*found.span())
    return None
