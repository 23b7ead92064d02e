"""The conversation as HTML: every statement with its citations, or that the articles do not say. No Gradio here.

Laws: whatever comes from an article, a file name or a question is escaped, never markup, link or image; a quote that
no longer equals the stored text is not called exact.

What a button asks for stands in its data attributes (page.js hands them on): never a text of a document, but in
`data-copy`, which is put on the clipboard.
"""

import html
from collections.abc import Sequence

from .export import copy_text
from .library import Library
from .render import ABSTENTION
from .say import as_sentence, confidence_words, counted, day, shortened, text
from .turn import Place, Turn, Turns, origin_words
from .types import Answer, Citation, Statement

VERDICTS = {"right": "Right", "wrong": "Wrong", "not in the articles": "Not in the articles"}


def conversation(turns: Turns, *, welcome: str = "") -> str:
    """The turns; before the first one, the welcome."""
    inside = "".join(turn_html(turn) for turn in turns) or welcome
    return f'<div class="qa-log" role="log" aria-label="Conversation" tabindex="0">{inside}</div>'


def turn_html(turn: Turn) -> str:
    """One question with what came of it."""
    answer = turn.answer
    if turn.problem is not None:
        body = f'<p class="qa-problem">{text(as_sentence(turn.problem))}</p>'
    elif answer is None:
        body = _unfinished(turn)
    elif answer.abstained:
        body = _abstention(turn, answer)
    else:
        body = _answer(turn, answer)
    foot = _actions(turn, answer) if answer else ""
    return f'<section class="qa-turn">{_heading(turn)}{body}{foot}</section>'


def _heading(turn: Turn) -> str:
    """The question, how it was understood, and to which articles it was kept."""
    notes = ""
    used = turn.answer.question_used if turn.answer else turn.question
    if " ".join(used.split()) != " ".join(turn.question.split()):
        notes += (
            f'<p class="qa-note">Understood as: <span class="qa-used">{text(shortened(used))}</span> '
            f'<button type="button" class="qa-link" data-do="retry" data-turn="{turn.number}">Change this</button></p>'
        )
    if words := turn.scope.words():
        notes += f'<p class="qa-note">{text(shortened(words))}</p>'
    asked = text(shortened(turn.question))
    return f'<h2 class="qa-question"><span class="qa-hidden">You asked: </span>{asked}</h2>{notes}'


def _unfinished(turn: Turn) -> str:
    if turn.stopped:
        wait = '<p class="qa-note">Stopped before it was finished.</p>'
    else:
        doing = "Still writing…" if turn.statements else "Looking in the articles…"
        wait = f'<p class="qa-wait"><span class="qa-pulse" aria-hidden="true"></span>{doing}</p>'
    return _statements(turn, turn.statements) + wait


def _answer(turn: Turn, answer: Answer) -> str:
    parts = [_statements(turn, answer.statements, answer.short)]
    parts += [
        _values(turn, answer, how, head)
        for how, head in (("differs", "Reports differ"), ("changed", "Over time"))
    ]
    if answer.dropped:
        items = "".join(
            f"<li>{text(shortened(d.text))} <span>{text(shortened(as_sentence(d.why)))}</span></li>"
            for d in answer.dropped
        )
        what = f"{counted(len(answer.dropped), 'sentence')} left out, because the articles do not support"
        what += " it" if len(answer.dropped) == 1 else " them"
        parts.append(f'<details class="qa-dropped"><summary>{what}</summary><ul>{items}</ul></details>')
    return "".join(parts)


def _statements(turn: Turn, statements: Sequence[Statement], short: str | None = None) -> str:
    """Statements with their chips; in the first one the words that answer are set off."""
    number_of = _numbers(turn)
    parts = []
    for statement in statements:
        numbers = dict.fromkeys(number_of[citation] for citation in statement.citations)
        chips = "".join(chip(turn, number, said=statement.text) for number in numbers)
        said = _said(statement.text, short if statement is statements[0] else None)
        parts.append(f'<div class="qa-statement"><p>{said}</p><div class="qa-chips">{chips}</div></div>')
    return "".join(parts)


def _numbers(turn: Turn) -> dict[Citation, int]:
    """The number of each citation: its place among the turn's."""
    citations = turn.answer.cited if turn.answer else [c for s in turn.statements for c in s.citations]
    return {citation: number for number, citation in enumerate(dict.fromkeys(citations), start=1)}


def _values(turn: Turn, answer: Answer, how: str, head: str) -> str:
    """A table of the values that reports give, the answer's among them: which, since when, who says so.

    Of one time the answer's comes first; over time they stand in the order of their days, the undated first.
    """
    others = [other for other in answer.others if other.how == how]
    if not others:
        return ""
    first = answer.statements[0]
    rows = [(answer.short or first.text, answer.as_of, answer.stories, first, True)]
    rows += [(other.short, other.as_of, other.stories, other, False) for other in others]
    if how == "changed":
        rows.sort(key=lambda row: row[1] or "")
    number_of = _numbers(turn)
    lines = ""
    for value, since, count, said, answers in rows:
        numbers = dict.fromkeys(number_of[citation] for citation in said.citations)
        chips = "".join(chip(turn, number, said="" if answers else said.text) for number in numbers)
        sentence = "" if answers else f'<p class="qa-quote">“{text(shortened(said.text, 400))}”</p>'
        told = f"{day(since)}, in {count} stories" if count > 1 else day(since)
        mark = ' <span class="qa-when">the answer</span>' if answers else ""
        lines += (
            f'<tr><th>{text(shortened(value, 120))}{mark}</th><td class="qa-when">{text(told)}</td>'
            f'<td>{sentence}<div class="qa-chips">{chips}</div></td></tr>'
        )
    return (
        f'<table class="qa-differ"><caption class="qa-small">{head}</caption><tbody>{lines}</tbody></table>'
    )


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
        chips = "".join(chip(turn, number) for number in range(1, len(turn.places) + 1))
        parts.append('<h3 class="qa-small">The nearest passages, which do not answer it</h3>')
        parts.append(f'<div class="qa-chips">{chips}</div>')
    return "".join(parts)


def chip(turn: Turn, number: int, *, said: str = "") -> str:
    """A button that shows a place in the reader: its number, who and when, and whether the quote was found exact.

    Its tooltip is the quote, exactly; where a statement says it in other words, the quote can be read in the chip.
    """
    place = turn.places[number - 1]
    who, when = origin_words(place)
    if turn.abstained:  # a passage stands for what it is about, a citation for who says it
        who, when = place.title, ", ".join([*filter(None, [place.publisher]), when])
    check = "" if turn.abstained and place.exact else f" {_check(place)}"
    if place.copies:
        check += f' <span class="qa-when">also in {counted(len(place.copies), "other")}</span>'
    quote = ""
    if said and " ".join(place.quote.split()) not in said:
        quote = f'<span class="qa-quote">“{text(shortened(place.quote, 400))}”</span>'
    return (
        f'<button type="button" class="qa-chip" data-do="select" data-place="{turn.number}.{number}"'
        f' title="{html.escape(place.quote)}">'
        f'<span class="qa-number"><span class="qa-hidden">{turn.place_word} </span>{number}</span> '
        f'<span class="qa-origin"><span class="qa-who">{text(shortened(who, 80))}</span> '
        f'<span class="qa-when">{text(shortened(when, 80))}</span>{check}{quote}</span></button>'
    )


def _check(place: Place) -> str:
    if place.exact:
        return '<span class="qa-exact"><span aria-hidden="true">✓</span> exact quote</span>'
    return '<span class="qa-inexact"><span aria-hidden="true">✗</span> not in the stored text</span>'


def _actions(turn: Turn, answer: Answer) -> str:
    """How sure it is, by whom it was written, and what can be done with it: copy it, judge it."""
    since = f", as of {day(answer.as_of)}" if answer.as_of else ""
    facts = [] if answer.abstained else [f"Confidence: {confidence_words(answer.confidence)}{since}"]
    if answer.llm:
        facts.append(f"Written by {answer.llm}, each sentence checked against its quote")
    facts += [as_sentence(answer.note)] if answer.note else []
    notes = "".join(f'<p class="qa-note">{text(shortened(fact))}</p>' for fact in facts)
    copied = html.escape(copy_text(turn))
    copy = f'<button type="button" class="qa-act" data-copy="{copied}">Copy</button>'
    return f'{notes}<div class="qa-actions">{copy}{_judging(turn)}</div>'


def _judging(turn: Turn) -> str:
    """The three verdicts; wrong asks for what is right. Once judged, what was noted."""
    if turn.verdict:
        verdict = VERDICTS[turn.verdict].lower()
        return f'<span class="qa-judged" role="status">Noted as a gold question: {verdict}</span>'
    remark = (
        f'<p class="qa-problem" role="status">{text(shortened(as_sentence(turn.remark)))}</p>'
        if turn.remark
        else ""
    )
    at = f'data-do="like" data-turn="{turn.number}"'
    wrong = (
        '<details class="qa-wrong"><summary class="qa-act">Wrong</summary><div class="qa-form"><label>What it should have'
        ' said, in the words of an article<input type="text" maxlength="500" autocomplete="off"></label>'
        f'<button type="button" class="qa-act" {at} data-verdict="wrong">Note it</button></div></details>'
    )
    buttons = {
        name: f'<button type="button" class="qa-act" {at} data-verdict="{name}">{label}</button>'
        for name, label in VERDICTS.items()
    }
    ask = '<span class="qa-ask">Is this right?</span>'
    silent = "" if turn.abstained else buttons["not in the articles"]  # which an abstention says itself
    return f"{ask}{buttons['right']}{wrong}{silent}{remark}"


def welcome(library: Library, examples: Sequence[str]) -> str:
    """The conversation before its first question."""
    index = library.index
    return conversation((), welcome=welcome_html(index.catalogue.count_articles(), str(index.path), examples))


def welcome_html(count: int, index: str, examples: Sequence[str]) -> str:
    """What stands there before the first question."""
    if not count:
        return (
            '<div class="qa-welcome"><h2>No articles yet</h2><p>Nothing is indexed, so nothing can be answered. '
            "Add articles under Library above, or index a folder of them in a terminal:</p>"
            f'<pre class="qa-command"><code>qa index FOLDER --index {html.escape(index)}</code></pre></div>'
        )
    articles = f"{counted(count, 'article')} {'is' if count == 1 else 'are'}"
    buttons = "".join(
        f'<li><button type="button" class="qa-example" data-do="submit" data-example="{i}">{text(example)}</button></li>'
        for i, example in enumerate(examples)
    )
    offers = f'<h3 class="qa-small">For example</h3><ul class="qa-examples">{buttons}</ul>' if buttons else ""
    return (
        f'<div class="qa-welcome"><h2>Ask your articles</h2><p>{articles} indexed on this machine. Every statement '
        "names the article that it rests on, and every quote is compared with the stored text before you see it. "
        f"Where the articles do not say, the answer says so.</p>{offers}</div>"
    )
