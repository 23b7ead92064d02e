"""Answer → the JSON contract and plain text. Rendered text is a function of data, never a field of it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from indexes import Article
from indexes.shelf import Entry

from .say import voice
from .types import Alternative, Answer, Citation, Hit, Statement
from .verify import Verdict

ABSTENTION = "The articles do not say."


def answer_row(answer: Answer, row_id: str | None = None) -> dict[str, Any]:
    """One object of `qa ask --json`."""
    return {
        "id": row_id,
        "question": answer.question,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "confidence": round(answer.confidence, 4),
        "text": answer.text,
        "short": answer.short,
        "statements": [statement_row(s) for s in answer.statements],
        "others": [alternative_row(s) for s in answer.others],
        "hits": [hit_row(h) for h in answer.hits],
        "timings": {name: round(ms, 1) for name, ms in answer.timings.items()},
        "question_used": answer.question_used,
        "dropped": [{"text": d.text, "why": d.why} for d in answer.dropped],
        "llm": answer.llm,
        "note": answer.note,
        "as_of": answer.as_of,
        "stories": answer.stories,
    }


def statement_row(statement: Statement) -> dict[str, Any]:
    """A statement with its citations."""
    return {"text": statement.text, "citations": [citation_row(c) for c in statement.citations]}


def alternative_row(other: Alternative) -> dict[str, Any]:
    """Another value than the answer's: a statement, and what it differs in."""
    more = {"short": other.short, "how": other.how, "as_of": other.as_of, "stories": other.stories}
    return statement_row(other) | more


def citation_row(citation: Citation) -> dict[str, Any]:
    """A citation, its span as `start` and `end`."""
    return {
        "article_id": citation.article_id,
        "edition": citation.edition,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
        "title": citation.title,
        "byline": citation.byline,
        "publisher": citation.publisher,
        "published": citation.published,
        "url": citation.url,
        "source": citation.source,
        "speaker": citation.speaker,
        "copies": list(citation.copies),
    }


def hit_row(hit: Hit) -> dict[str, Any]:
    """A passage that was looked at."""
    span = hit.passage.span
    return {
        "article_id": hit.passage.article_id,
        "source": hit.source,
        "start": span.start,
        "end": span.end,
        "score": round(hit.score, 6),
        "text": hit.passage.text,
        "copies": list(hit.copies),
    }


def article_row(article: Article | Entry, *, text: bool) -> dict[str, Any]:
    """An article for `qa articles`, with its canonical text when asked."""
    names = ("id", "edition", "source", "title", "byline", "publisher", "published", "kind", "parent")
    more = ("updated", "language", "url", "text") if text else ()
    return {name: getattr(article, name) for name in (*names, *more)}


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    """A sentence of a draft for `qa verify --json`; its place is in the draft."""
    return {
        "text": verdict.text,
        "start": verdict.span.start,
        "end": verdict.span.end,
        "supported": verdict.supported,
        "score": round(verdict.score, 4),
        "reasons": list(verdict.reasons),
        "citations": [citation_row(c) for c in verdict.citations],
        "quotes": [
            {
                "words": q.words,
                "exact": q.citation is not None,
                "citation": q.citation and citation_row(q.citation),
            }
            for q in verdict.quotes
        ],
    }


def verdict_lines(verdict: Verdict) -> Iterable[str]:
    """A sentence of a draft for a terminal."""
    yield f"{'+' if verdict.supported else '-'} {verdict.text}"
    for reason in verdict.reasons:
        yield f"    not supported: {reason}"
    for citation in verdict.citations:
        head = "" if verdict.supported else "nearest: "
        yield f"    {head}“{_shortened(citation.quote)}” {citation.title or citation.source} ({origin(citation)})"


def to_json(row: object, *, indent: int | None = None) -> str:
    """JSON with every character as it is; half of a surrogate pair, which is none, is escaped."""
    return json.dumps(row, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace").decode()


def origin(citation: Citation) -> str:
    """Who published a citation and when, for people: "The Sun, Jane Roe, 2025-02-18"; "undated" when nothing is known."""
    return ", ".join(filter(None, (citation.publisher, citation.byline, citation.published or "undated")))


def also_in(citation: Citation) -> str:
    """Where else the quote stands: ", also in 2 others"; empty when in no copy of the story."""
    count = len(citation.copies)
    return f", also in {count} other{'s' if count > 1 else ''}" if count else ""


def answer_lines(answer: Answer) -> Iterable[str]:
    """The answer for a terminal: the statements with numbers, then what each number stands for."""
    if answer.abstained:
        yield ABSTENTION
        yield f"({answer.reason})"
        if answer.hits:
            yield ""
            yield "Nearest passages:"
        for hit in answer.hits[:3]:
            yield f"  - {hit.title or hit.source}: {_shortened(hit.passage.text)}"
        return
    citations = answer.cited
    for statement in answer.statements:
        yield f"{statement.text} {_marks(statement, citations)}"
    yield ""
    yield from _others(answer, citations)
    for number, citation in enumerate(citations, start=1):
        yield f"[{number}] {citation.title or citation.source} ({origin(citation)}){also_in(citation)}"
        if citation.speaker:
            yield f"    {voice(citation.speaker, citation.publisher or citation.source, citation.byline)}"
        yield f"    {citation.source} [{citation.span.start}:{citation.span.end}]"
    yield f"Confidence {answer.confidence:.2f}; every quote equals the stored text at its offsets."


def _others(answer: Answer, citations: Sequence[Citation]) -> Iterable[str]:
    """The values that other reports give: those of the same time, then those of other times, the newest first."""
    for how, head in HEADS.items():
        others = [other for other in answer.others if other.how == how]
        if not others:
            continue
        yield f"{head}:"
        if how == "changed":
            others.sort(key=lambda other: other.as_of or "", reverse=True)
        for other in others:
            count = f", in {other.stories} stories" if other.stories > 1 else ""
            yield f"  {other.short}: {says(other.citations[0])}{count} {_marks(other, citations)}"
            yield f"    “{_shortened(other.text)}”"
        yield ""


HEADS = {"differs": "Reports differ", "changed": "At other times"}


def says(citation: Citation) -> str:
    """Who says it and when: "Bill Garrity, as reported by Kestermouth Courier, 2032-01-20"."""
    return (
        voice(citation.speaker, origin(citation), citation.byline) if citation.speaker else origin(citation)
    )


def _marks(statement: Statement, citations: Sequence[Citation]) -> str:
    return "".join(f"[{citations.index(c) + 1}]" for c in statement.citations)


def _shortened(text: str, limit: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + "…"
