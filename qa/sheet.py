"""The reader as HTML: a whole article, with what was quoted from it marked. No Gradio here.

Laws: whatever comes from an article is escaped, never markup, link or image; only what equals the stored text is
marked. The one link is the address that the article was published at, and it opens only when it is clicked.
"""

import html
import itertools
from collections.abc import Sequence
from urllib.parse import urlsplit

from indexes import Article, Span
from indexes.shelf import Edition, editions

from .library import Library
from .say import counted, day, shortened, text
from .turn import Place, Turn, Turns

SHOWN_COPIES = 8  # other articles of a story that are named
KINDS = {"sidebar": "Side box", "opinion": "Opinion", "analysis": "Analysis", "caption": "Caption"}

EMPTY_READER = (
    '<div class="qa-reader qa-empty"><p>The article that an answer was cut from opens here, with the quoted sentences '
    "marked.</p></div>"
)
GONE_READER = '<div class="qa-reader qa-empty"><p role="status">This article is no longer stored, so it cannot be shown.</p></div>'


def show(
    library: Library,
    turns: Turns,
    number: int,
    place: int,
    *,
    edition: str | None = None,
    clicked: bool = False,
) -> str:
    """The reader with the n-th place of the turn with that number; empty when there is no such place."""
    turn = next((turn for turn in turns if turn.number == number), None)
    if turn is None or not 1 <= place <= len(turn.places):
        return EMPTY_READER
    wanted = turn.places[place - 1]
    article = library.article(wanted.article_id, edition or wanted.edition)
    if article is None:
        return GONE_READER
    stored = editions(library.index.catalogue, article.id)
    copies = [copy for copy in map(library.article, wanted.copies[:SHOWN_COPIES]) if copy]
    return reader(turn, place, article, clicked=clicked, stored=stored, copies=copies)


def show_article(library: Library, article_id: str, edition: str | None = None) -> str:
    """The reader with a whole article of the library."""
    article = library.article(article_id, edition)
    if article is None:
        return GONE_READER
    return whole(article, stored=editions(library.index.catalogue, article_id))


def reader(
    turn: Turn,
    number: int,
    article: Article,
    *,
    clicked: bool,
    stored: Sequence[Edition] = (),
    copies: Sequence[Article] = (),
) -> str:
    """The article of a turn's n-th place, with that place and the turn's others in it marked.

    `article` is the edition that was quoted, or another one: then the quote is marked where it stands in that too.
    `clicked`: the user asked to see it, so the page may move.
    """
    place = turn.places[number - 1]
    quoted = article.edition == place.edition
    if quoted:
        here = [
            p.span
            for p in turn.places
            if (p.article_id, p.edition, p.exact) == (place.article_id, place.edition, True)
        ]
        current = place.span if place.exact else None
    else:
        start = article.text.find(place.quote)
        current = Span(start, start + len(place.quote)) if start >= 0 else None
        here = [current] if current else []
    target = f'data-place="{turn.number}.{number}"'
    kind = "qa-reader qa-near" if turn.abstained else "qa-reader"
    shown = f"{turn.number}.{number}" + ("" if quoted else f"@{article.edition}")
    return (
        f'<article class="{kind}" data-shown="{shown}" data-clicked="{int(clicked)}">'
        f"{_steps(turn, number)}{_head(article, place.speaker)}"
        f"{_copies(place, copies)}{_warnings(place, article, stored, found=current is not None)}"
        f"{_editions(article, stored, target)}"
        f"{_body(article, here, current)}</article>"
    )


def whole(article: Article, *, stored: Sequence[Edition] = ()) -> str:
    """An article as it stands in the library, nothing marked."""
    key = html.escape(article.id)
    target = f'data-article="{key}"'
    return (
        f'<article class="qa-reader" data-shown="{key}@{article.edition}" data-clicked="1"><nav class="qa-steps qa-narrow" aria-label="List">'
        f'<button type="button" class="qa-back" data-back="1">Back to the list</button></nav>{_head(article, None)}'
        f"{_editions(article, stored, target)}{_body(article, (), None)}</article>"
    )


def _steps(turn: Turn, number: int) -> str:
    """Which place it is, and buttons to the one before and the one after."""
    total = len(turn.places)
    word = turn.place_word

    def step(to: int, name: str, sign: str, key: str) -> str:
        there = 1 <= to <= total
        target = (
            f'data-do="select" data-place="{turn.number}.{to}"'
            if there
            else 'aria-disabled="true" tabindex="-1"'
        )
        label = f'aria-label="{name} {word.lower()}" aria-keyshortcuts="Alt+{key}" title="{name} {word.lower()} (Alt+{key})"'
        return f'<button type="button" class="qa-step" {target} {label}>{sign}</button>'

    return (
        f'<nav class="qa-steps" aria-label="{word}s of this answer">'
        '<button type="button" class="qa-back" data-back="1">Back to answer</button>'
        f'<span role="status">{word} {number} of {total}</span>'
        f"{step(number - 1, 'Previous', '←', 'P')}{step(number + 1, 'Next', '→', 'N')}</nav>"
    )


def _head(article: Article, speaker: str | None) -> str:
    byline = article.byline
    if byline and not byline.lower().startswith("by "):
        byline = f"By {byline}"
    dates = f"Published {day(article.published, clock=True)}" if article.published else "Undated"
    if article.updated:
        dates += f", updated {day(article.updated, clock=True)}"
    facts = [KINDS.get(article.kind), article.publisher, byline, dates]
    facts += [f"Said by {speaker}"] if speaker else []
    shown = "".join(f"<span>{text(shortened(fact))}</span>" for fact in facts if fact)
    title = text(shortened(article.title) or "Without a headline")
    return (
        f'<header class="qa-head"><h2>{title}</h2><p class="qa-facts">{shown}</p>'
        f'<p class="qa-source">{_origins(article)}</p></header>'
    )


def _origins(article: Article) -> str:
    """Where it was published, as a link when it is a web address, and where it was read from."""
    parts = []
    if link := web_address(article.url):
        parts.append(
            f'<a class="qa-original" href="{html.escape(link)}" target="_blank" rel="noopener noreferrer">'
            f"{text(shortened(link, 200))}</a>"
        )
    parts += [
        f"<span>{text(shortened(source, 200))}</span>"
        for source in dict.fromkeys((article.url, article.source))
        if source and source != link
    ]
    return "".join(parts)


def web_address(url: str | None) -> str | None:
    """The address, when it is one that may be opened in a browser: http or https, of a host, in ASCII."""
    try:
        parts = urlsplit(url or "")
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return url if usable and url and url.isascii() and url.isprintable() and " " not in url else None


def _copies(place: Place, copies: Sequence[Article]) -> str:
    """The other articles of the story, each to be opened; the first few of them by name."""
    if not place.copies:
        return ""
    buttons = "".join(
        f'<button type="button" class="qa-link" data-do="select" data-article="{html.escape(copy.id)}">'
        f"{text(shortened(', '.join((copy.publisher or copy.title or copy.source, day(copy.published))), 80))}</button>"
        for copy in copies
    )
    return f'<p class="qa-copies"><span>Also in {counted(len(place.copies), "other")}:</span>{buttons}</p>'


def _warnings(place: Place, article: Article, stored: Sequence[Edition], *, found: bool) -> str:
    if article.edition != place.edition:
        said = (
            "Another edition than the one that was quoted. The quoted words stand in this one too."
            if found
            else "Another edition than the one that was quoted. The quoted words do not stand in this one."
        )
        return f'<p class="qa-warning" role="status">{said}</p>'
    warnings = ""
    current = next((e.edition for e in stored if e.current), None)
    if stored and current is None:
        warnings += (
            '<p class="qa-warning">The article was removed since. This is the edition that was quoted.</p>'
        )
    elif current not in (None, place.edition):
        warnings += (
            '<p class="qa-warning">The article has changed since. This is the edition that was quoted.</p>'
        )
    if not place.exact:
        warnings += (
            '<p class="qa-warning">The quote does not equal the stored text, so nothing is marked.</p>'
        )
    return warnings


def _editions(article: Article, stored: Sequence[Edition], target: str) -> str:
    """Buttons to the other stored editions, when there are any."""
    if len(stored) < 2:
        return ""
    buttons = []
    for count, edition in zip(range(len(stored), 0, -1), stored, strict=True):
        date = edition.updated or edition.published
        name = f"Edition {count}{f', {day(date, clock=True)}' if date else ''}{' (current)' if edition.current else ''}"
        here = ' aria-current="true"' if edition.edition == article.edition else ""
        buttons.append(
            f'<button type="button" class="qa-edition" data-do="select" {target} '
            f'data-edition="{html.escape(edition.edition)}"{here}>{text(name)}</button>'
        )
    return f'<div class="qa-editions" role="group" aria-label="Stored editions">{"".join(buttons)}</div>'


def _body(article: Article, spans: Sequence[Span], current: Span | None) -> str:
    """The text. Its first line is not shown again when it is the headline and nothing of it is quoted."""
    title, body = article.title, article.text
    cut = len(title) if title and body.startswith(f"{title}\n") else 0
    if any(span.start < cut for span in spans):
        cut = 0
    head = f'<span class="qa-headline">{html.escape(body[:cut])}</span>' if cut else ""
    moved = [Span(span.start - cut, span.end - cut) for span in spans]
    there = Span(current.start - cut, current.end - cut) if current else None
    return f'<div class="qa-text" dir="auto">{head}{marked(body[cut:], moved, there)}</div>'


def marked(article_text: str, spans: Sequence[Span], current: Span | None) -> str:
    """The text as HTML with the spans marked, those of the current one as such.

    Laws: without the tags and unescaped it is the text again; the current marks together hold just the current span.
    """
    inside = sorted({span for span in spans if span.end <= len(article_text)})
    borders = sorted({0, len(article_text), *(edge for span in inside for edge in (span.start, span.end))})
    parts = []
    for start, end in itertools.pairwise(borders):
        piece = html.escape(article_text[start:end])
        if current in inside and current is not None and current.start <= start and end <= current.end:
            piece = f'<mark class="qa-current">{piece}</mark>'
        elif any(span.start <= start and end <= span.end for span in inside):
            piece = f"<mark>{piece}</mark>"
        parts.append(piece)
    return "".join(parts)
