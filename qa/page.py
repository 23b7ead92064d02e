"""What the chat shows of a conversation and of an article, as HTML; no Gradio here.

Laws: whatever comes from an article, a file name or a question is escaped, never markup, link or image; a quote that
no longer equals the stored text is not shown as one that does.
"""

import html
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from indexes import Article, QAError, Span

from .cite import holds
from .library import Library
from .render import ABSTENTION
from .types import Answer, Citation, Hit, Statement

NEAREST = 3  # passages shown with an abstention
CONFIDENCE = ((0.85, "high"), (0.65, "fair"), (0.0, "low"))  # least confidence → its word
KINDS = {"sidebar": "Side box", "opinion": "Opinion", "analysis": "Analysis", "caption": "Caption"}
MONTHS = "January February March April May June July August September October November December".split()


# -- what is shown -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one edition of an article that the reader can show: a citation's quote, or a passage that was near."""

    article_id: str
    edition: str
    span: Span
    quote: str
    title: str  # of the article, else its source
    publisher: str | None
    published: str | None  # ISO 8601
    speaker: str | None
    exact: bool  # whether the quote was found to equal the stored text when it was shown


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it."""

    number: int  # in its conversation, from 1; stays when old turns are dropped
    question: str
    answer: Answer | None = None
    places: tuple[Place, ...] = ()  # in the order of their chips
    problem: str | None = None  # why there is no answer

    @property
    def abstained(self) -> bool:
        """Whether it was answered by an abstention."""
        return self.answer is not None and self.answer.abstained

    @property
    def place_word(self) -> str:
        """What its places are to the reader."""
        return "Passage" if self.abstained else "Citation"


Turns = tuple[Turn, ...]


def turn_of(library: Library, number: int, question: str) -> Turn:
    """Ask, and look every quote up again."""
    try:
        answer = library.ask(question)
        places = (
            [_place_of_hit(library, hit) for hit in nearest(answer)]
            if answer.abstained
            else [_place_of_citation(library, citation) for citation in cited(answer)]
        )
    except QAError as error:
        return Turn(number, question, problem=str(error))
    return Turn(number, question, answer, tuple(places))


def cited(answer: Answer) -> tuple[Citation, ...]:
    """Every citation once: those of the statements, then those of the reports that differ."""
    others = (citation for statement in answer.others for citation in statement.citations)
    return tuple(dict.fromkeys((*answer.citations, *others)))


def nearest(answer: Answer) -> tuple[Hit, ...]:
    """The best hits of an abstention, one of each article."""
    first = {hit.passage.article_id: hit for hit in reversed(answer.hits)}
    return tuple(hit for hit in answer.hits if first[hit.passage.article_id] is hit)[:NEAREST]


def _place_of_citation(library: Library, citation: Citation) -> Place:
    return Place(
        article_id=citation.article_id,
        edition=citation.edition,
        span=citation.span,
        quote=citation.quote,
        title=citation.title or citation.source,
        publisher=citation.publisher,
        published=citation.published,
        speaker=citation.speaker,
        exact=holds(library.index, citation),
    )


def _place_of_hit(library: Library, hit: Hit) -> Place:
    passage = hit.passage
    article = library.article(passage.article_id, passage.edition)
    return Place(
        article_id=passage.article_id,
        edition=passage.edition,
        span=passage.span,
        quote=passage.text,
        title=hit.title or hit.source,
        publisher=article.publisher if article else None,
        published=article.published if article else None,
        speaker=None,
        exact=article is not None and passage.span.cut(article.text) == passage.text,
    )


# -- the conversation as HTML ------------------------------------------------------------------------------


def text(value: str) -> str:
    """A text as HTML that shows just this text. Isolated, so that no writing direction leaks out of it."""
    return f"<bdi>{html.escape(value)}</bdi>"


def conversation(turns: Turns, *, welcome: str = "", asking: str | None = None) -> str:
    """The turns, and the question that is being answered; before the first question, the welcome."""
    parts = [turn_html(turn) for turn in turns]
    if asking is not None:
        waiting = '<p class="qa-wait">Looking in the articles…</p>'
        parts.append(_exchange(f"{_heading(asking)}{waiting}"))
    inside = "".join(parts) or welcome
    return f'<div class="qa-log" role="log" aria-label="Conversation">{inside}</div>'


def turn_html(turn: Turn) -> str:
    """One question with its answer, its abstention or its problem."""
    answer = turn.answer
    if answer is None:
        body = f'<p class="qa-problem">{text(as_sentence(turn.problem or ""))}</p>'
    elif answer.abstained:
        body = _abstention(turn, answer)
    else:
        body = _answer(turn, answer)
    return _exchange(f"{_heading(turn.question)}{body}")


def _exchange(inside: str) -> str:
    return f'<section class="qa-turn">{inside}</section>'


def _heading(question: str) -> str:
    return (
        f'<h2 class="qa-question"><span class="qa-hidden">You asked: </span>{text(shortened(question))}</h2>'
    )


def _answer(turn: Turn, answer: Answer) -> str:
    number_of = {citation: number for number, citation in enumerate(cited(answer), start=1)}

    def block(statement: Statement) -> str:
        numbers = dict.fromkeys(number_of[citation] for citation in statement.citations)
        chips = "".join(chip(turn, number) for number in numbers)
        said = _said(statement.text, answer.short if statement is answer.statements[0] else None)
        return f'<div class="qa-statement"><p>{said}</p><div class="qa-chips">{chips}</div></div>'

    parts = [block(statement) for statement in answer.statements]
    if answer.others:
        parts.append('<h3 class="qa-small">Other reports differ</h3>')
        parts += [block(statement) for statement in answer.others]
    parts.append(f'<p class="qa-note">Confidence: {confidence_words(answer.confidence)}</p>')
    return "".join(parts)


def _said(statement: str, short: str | None) -> str:
    """A statement, with the words in it that answer the question set off."""
    short = " ".join(short.split()) if short else ""
    before, found, after = statement.partition(short) if short else (statement, "", "")
    if not found or found == statement:
        return text(statement)
    return f'{text(before)}<em class="qa-short">{text(found)}</em>{text(after)}'


def _abstention(turn: Turn, answer: Answer) -> str:
    parts = [
        f'<p class="qa-abstained">{ABSTENTION}</p>',
        f'<p class="qa-note">{text(as_sentence(answer.reason or ""))}</p>',
    ]
    if turn.places:
        parts.append('<h3 class="qa-small">The nearest passages, which do not answer it</h3>')
        parts.append(
            f'<div class="qa-chips">{"".join(chip(turn, n) for n in range(1, len(turn.places) + 1))}</div>'
        )
    return "".join(parts)


def chip(turn: Turn, number: int) -> str:
    """A button that shows a place in the reader: its number, who and when, and whether the quote was found exact."""
    place = turn.places[number - 1]
    if turn.abstained:  # a passage stands for what it is about, a citation for who says it
        who, when = place.title, ", ".join([*filter(None, [place.publisher]), day(place.published)])
    else:
        who, when = place.publisher or place.title, day(place.published)
        who = f"{place.speaker}, in {who}" if place.speaker else who
    check = "" if turn.abstained and place.exact else f" {_check(place)}"
    return (
        f'<button type="button" class="qa-chip" data-place="{turn.number}.{number}">'
        f'<span class="qa-number"><span class="qa-hidden">{turn.place_word} </span>{number}</span> '
        f'<span class="qa-origin"><span class="qa-who">{text(shortened(who, 80))}</span> '
        f'<span class="qa-when">{text(when)}</span>{check}</span></button>'
    )


def _check(place: Place) -> str:
    if place.exact:
        return '<span class="qa-exact"><span aria-hidden="true">✓</span> exact quote</span>'
    return '<span class="qa-inexact"><span aria-hidden="true">✗</span> not in the stored text</span>'


def welcome_html(count: int, index: str, examples: Sequence[str]) -> str:
    """What stands there before the first question."""
    if not count:
        return (
            '<div class="qa-welcome"><h2>No articles yet</h2><p>Nothing is indexed, so nothing can be answered. '
            "In a terminal, index a folder of articles, then reload this page:</p>"
            f'<pre class="qa-command"><code>qa index FOLDER --index {html.escape(index)}</code></pre></div>'
        )
    articles = "1 article is" if count == 1 else f"{count:,} articles are"
    buttons = "".join(
        f'<li><button type="button" class="qa-example" data-example="{i}">{text(example)}</button></li>'
        for i, example in enumerate(examples)
    )
    offers = f'<h3 class="qa-small">For example</h3><ul class="qa-examples">{buttons}</ul>' if buttons else ""
    return (
        f'<div class="qa-welcome"><h2>Ask your articles</h2><p>{articles} indexed on this machine. Every statement '
        "names the article that it rests on, and every quote is compared with the stored text before you see it. "
        f"Where the articles do not say, the answer says so.</p>{offers}</div>"
    )


# -- the reader as HTML ------------------------------------------------------------------------------------

EMPTY_READER = (
    '<div class="qa-reader qa-empty"><p>The article that an answer was cut from opens here, with the quoted sentences '
    "marked.</p></div>"
)
GONE_READER = (
    '<div class="qa-reader qa-empty"><p role="status">This article is no longer stored, so the quote cannot be shown in '
    "its place.</p></div>"
)


def reader(turn: Turn, number: int, article: Article, *, clicked: bool, superseded: bool = False) -> str:
    """The article of a turn's n-th place, with that place and the turn's others in it marked.

    `clicked`: the user asked to see it, so the page may move. `superseded`: the article has changed since.
    """
    place = turn.places[number - 1]
    here = [
        p.span
        for p in turn.places
        if (p.article_id, p.edition, p.exact) == (place.article_id, place.edition, True)
    ]
    body = marked(article.text, here, place.span if place.exact else None)
    warnings = ""
    if superseded:
        warnings += (
            '<p class="qa-warning">The article has changed since. This is the edition that was quoted.</p>'
        )
    if not place.exact:
        warnings += (
            '<p class="qa-warning">The quote does not equal the stored text, so nothing is marked.</p>'
        )
    kind = "qa-reader qa-near" if turn.abstained else "qa-reader"
    return (
        f'<article class="{kind}" data-shown="{turn.number}.{number}" data-clicked="{int(clicked)}">'
        f"{_steps(turn, number)}{_head(article, place)}{warnings}"
        f'<div class="qa-text" dir="auto">{body}</div></article>'
    )


def _steps(turn: Turn, number: int) -> str:
    """Which place it is, and buttons to the one before and the one after."""
    total = len(turn.places)
    word = turn.place_word

    def step(to: int, name: str, sign: str) -> str:
        target = f'data-place="{turn.number}.{to}"' if 1 <= to <= total else 'aria-disabled="true"'
        return f'<button type="button" class="qa-step" {target} aria-label="{name} {word.lower()}">{sign}</button>'

    return (
        '<nav class="qa-steps" aria-label="Citations of this answer">'
        '<button type="button" class="qa-back" data-back="1">Back to answer</button>'
        f'<span role="status">{word} {number} of {total}</span>'
        f"{step(number - 1, 'Previous', '←')}{step(number + 1, 'Next', '→')}</nav>"
    )


def _head(article: Article, place: Place) -> str:
    kind = KINDS.get(article.kind)
    line = [
        article.publisher,
        article.byline and f"By {article.byline}" if not _has_by(article) else article.byline,
    ]
    dates = f"Published {day(article.published, clock=True)}" if article.published else "Undated"
    if article.updated:
        dates += f", updated {day(article.updated, clock=True)}"
    facts = [*(part for part in (kind, *line) if part), dates]
    if place.speaker:
        facts.append(f"Said by {place.speaker}")
    sources = dict.fromkeys(part for part in (article.url, article.source) if part)
    return (
        f'<header class="qa-head"><h2>{text(article.title or "Without a headline")}</h2>'
        f'<p class="qa-facts">{"".join(f"<span>{text(fact)}</span>" for fact in facts)}</p>'
        f'<p class="qa-source">{"".join(f"<span>{text(source)}</span>" for source in sources)}</p></header>'
    )


def _has_by(article: Article) -> bool:
    return (article.byline or "").lower().startswith("by ")


def marked(article_text: str, spans: Sequence[Span], current: Span | None) -> str:
    """The text as HTML with the spans marked, those of the current one as such.

    Laws: without the tags and unescaped it is the text again; the current marks together hold just the current span.
    """
    inside = [span for span in spans if span.end <= len(article_text)]
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


# -- words -------------------------------------------------------------------------------------------------


def day(iso: str | None, *, clock: bool = False) -> str:
    """A date for people, as exact as it is known: "7 October 2031", "October 2031", "2031", "undated"."""
    if not iso:
        return "undated"
    date, _, time = iso.partition("T")
    year, *rest = date.split("-")
    words = [year]
    if rest:
        words.insert(0, MONTHS[int(rest[0]) - 1])
    if len(rest) > 1:
        words.insert(0, str(int(rest[1])))
    return " ".join(words) + (f", {time[:5]}" if clock and time else "")


def confidence_words(confidence: float) -> str:
    """The confidence as a word with its number."""
    word = next(word for least, word in CONFIDENCE if confidence >= least)
    return f"{word} ({confidence:.2f})"


def as_sentence(message: str) -> str:
    """A message in one line, with a capital and a full stop."""
    line = " ".join(message.split())
    return line[:1].upper() + line[1:] + ("" if line.endswith((".", "?", "!")) else ".")


def shortened(line: str, limit: int = 300) -> str:
    """A line, cut with an ellipsis where it is too long to show."""
    line = " ".join(line.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
