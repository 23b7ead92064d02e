"""Bind a draft to exact offsets of a stored edition, or drop it.

Law: `citation.quote` is `article.text[start:end]` of the edition that it names, read again from the catalogue
when the citation is made.
"""

from collections.abc import Iterable

from indexes import Article, Index, Span

from .types import Citation


def cite(index: Index, article_id: str, edition: str, span: Span) -> Citation | None:
    """The citation for a span; None when that edition does not reach so far, or is not there."""
    article = index.article(article_id, edition)
    return None if article is None else cite_article(article, edition, span)


def cite_article(article: Article, edition: str, span: Span) -> Citation | None:
    """The citation for a span of an article that has just been read from the catalogue."""
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
