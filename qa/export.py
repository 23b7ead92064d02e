"""A conversation to keep or hand on: text for the clipboard, Markdown, and a web page that holds its sources.

Laws: whatever comes from an article or a question is escaped, for Markdown as for HTML: none of it becomes markup, link
or image where the file is opened; the page runs no script and asks no server for anything.
"""

import html
import re
from collections.abc import Callable, Iterator

from indexes import Article, Span

from .look import page_style
from .render import ABSTENTION
from .say import as_sentence, confidence_words, day, shortened, voice
from .sheet import marked, web_address
from .turn import Place, Turn, Turns
from .types import Alternative

Find = Callable[[str, str], Article | None]  # article id, edition → the article as it is stored

# Everything that means something in CommonMark, and what GitHub's dialect makes links of.
MARKUP = re.compile(r"[\\`*_{}\[\]<>()#!|~&^$@=+-]|(?<=\d)[.)]|:(?=//)|(?<=www)\.", re.IGNORECASE)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
TITLE = "A conversation with articles"
DIFFERENCES = {"differs": "Reports differ", "changed": "At another time"}


# -- text for the clipboard ------------------------------------------------------------------------------------


def copy_text(turn: Turn) -> str:
    """An answer with its sources as plain text; empty while there is none."""
    return "\n".join(_copy_lines(turn)) if turn.answer else ""


def _copy_lines(turn: Turn) -> Iterator[str]:
    assert turn.answer is not None
    yield turn.answer.question_used
    yield ""
    if turn.abstained:
        yield ABSTENTION
        return
    for statement, numbers in stated(turn):
        yield f"{statement} {''.join(f'[{n}]' for n in numbers)}"
    yield ""
    for number, place in enumerate(turn.places, start=1):
        yield f"[{number}] “{_line(place.quote)}” {source_words(place)}"


def stated(turn: Turn) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each statement's text with the numbers of its citations, those of differing reports last."""
    assert turn.answer is not None
    keys = [(p.article_id, p.edition, p.span, p.speaker) for p in turn.places]
    for statement in (*turn.answer.statements, *turn.answer.others):
        cited = ((c.article_id, c.edition, c.span, c.speaker) for c in statement.citations)
        said = statement.text
        if isinstance(statement, Alternative):
            said = f"{DIFFERENCES[statement.how]} ({day(statement.as_of)}): {statement.short}. {said}"
        yield said, tuple(dict.fromkeys(keys.index(key) + 1 for key in cited))


def source_words(place: Place) -> str:
    """Who, what, when and where, in one line; a title or publisher that is not known is left out."""
    who = ", ".join(filter(None, (place.byline, place.publisher)))
    if place.speaker:
        who = voice(place.speaker, who, place.byline) if who else place.speaker
    parts = [
        who,
        shortened(place.title),
        day(place.published),
    ]
    if place.url or place.source:
        parts.append(shortened(place.url or place.source))
    return ". ".join(filter(None, parts))


def _line(value: str) -> str:
    return " ".join(value.split())


# -- Markdown --------------------------------------------------------------------------------------------------


def plain(value: str) -> str:
    """A text on one line, so that Markdown shows just this text."""
    return MARKUP.sub(lambda found: f"\\{found[0]}", _line(value))


def to_markdown(turns: Turns) -> str:
    """The conversation as Markdown: each statement with its numbers, each quote with who, when and where."""
    lines = [f"# {TITLE}"]
    for turn in turns:
        lines += ["", *_markdown_turn(turn)]
    return "\n".join(lines) + "\n"


def _markdown_turn(turn: Turn) -> Iterator[str]:
    yield f"## {plain(shortened(turn.question, 2_000))}"
    yield ""
    for note in _notes(turn):
        yield f"*{plain(note)}*"
        yield ""
    if turn.answer is None:
        return
    if turn.abstained:
        yield f"**{ABSTENTION}** {plain(as_sentence(turn.answer.reason or ''))}"
        if turn.places:
            yield ""
            yield "The nearest passages, which do not answer it:"
    else:
        for said, numbers in stated(turn):
            yield f"{plain(said)} {plain(''.join(f'[{n}]' for n in numbers))}"
            yield ""
        yield f"Confidence: {confidence_words(turn.answer.confidence)}"
    yield ""
    for number, place in enumerate(turn.places, start=1):
        exact = "exact quote" if place.exact else "not in the stored text"
        where = f"{place.article_id}@{place.edition}:{place.span.start}-{place.span.end}"
        yield f"{number}\\. “{plain(place.quote)}” — {plain(source_words(place))} ({exact}, {plain(where)})"
        yield ""


def _notes(turn: Turn) -> Iterator[str]:
    """What stands under a question before its answer."""
    if turn.answer and _line(turn.answer.question_used) != _line(turn.question):
        yield f"Understood as: {turn.answer.question_used}"
    if words := turn.scope.words():
        yield words
    if turn.problem:
        yield as_sentence(turn.problem)
    if turn.stopped:
        yield "Stopped before it was finished."
    if turn.answer and turn.answer.llm:
        yield f"Written by {turn.answer.llm}, each sentence checked against its quote"


# -- a web page ------------------------------------------------------------------------------------------------


def to_html(turns: Turns, find: Find) -> str:
    """The conversation as one HTML file: the answers, then every cited article with the quotes marked in it."""
    cited = [(turn, place) for turn in turns for place in turn.places if not turn.abstained]
    keys = list(dict.fromkeys((place.article_id, place.edition) for _, place in cited))
    body = "".join(_html_turn(turn, keys) for turn in turns)
    sources = "".join(
        _html_source(number, find(*key), [p for _, p in cited if (p.article_id, p.edition) == key])
        for number, key in enumerate(keys, start=1)
    )
    if sources:
        sources = f"<h2>Sources</h2>{sources}"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        f"<title>{TITLE}</title><style>{page_style()}</style></head><body><main><h1>{TITLE}</h1>{body}{sources}</main></body></html>\n"
    )


def _shown(value: str) -> str:
    return f"<bdi>{html.escape(value)}</bdi>"


def _html_turn(turn: Turn, keys: list[tuple[str, str]]) -> str:
    parts = [f"<h2>{_shown(shortened(turn.question, 2_000))}</h2>"]
    parts += [f'<p class="note">{_shown(note)}</p>' for note in _notes(turn)]
    if turn.answer and turn.abstained:
        parts.append(f"<p><strong>{ABSTENTION}</strong> {_shown(as_sentence(turn.answer.reason or ''))}</p>")
    elif turn.answer:
        for said, numbers in stated(turn):
            marks = "".join(_html_mark(turn, n, keys) for n in numbers)
            parts.append(f"<p>{_shown(said)} {marks}</p>")
        parts.append(f'<p class="note">Confidence: {confidence_words(turn.answer.confidence)}</p>')
    items = "".join(
        f'<li id="c{turn.number}-{n}">“{_shown(place.quote)}” <span class="note">{_shown(source_words(place))}; '
        f"{'exact quote' if place.exact else 'not in the stored text'}</span></li>"
        for n, place in enumerate(turn.places, start=1)
    )
    if items:
        parts.append(f"<ol>{items}</ol>")
    return f"<section>{''.join(parts)}</section>"


def _html_mark(turn: Turn, number: int, keys: list[tuple[str, str]]) -> str:
    place = turn.places[number - 1]
    source = keys.index((place.article_id, place.edition)) + 1
    return f'<a href="#s{source}" title="{html.escape(place.quote)}">[{number}]</a>'


def _html_source(number: int, article: Article | None, places: list[Place]) -> str:
    """A cited article, whole, with what was quoted from it marked."""
    first = places[0]
    head = f'<h3 id="s{number}">{_shown(first.title[:300])}</h3><p class="note">{_shown(source_words(first))}</p>'
    if link := web_address(first.url):
        head += f'<p class="note"><a href="{html.escape(link)}" rel="noopener noreferrer">Original</a></p>'
    if article is None:
        return f"<section>{head}<p>This edition is no longer stored.</p></section>"
    spans: list[Span] = [place.span for place in places if place.exact]
    return f'<section>{head}<div class="text" dir="auto">{marked(article.text, spans, None)}</div></section>'
