"""Questions to begin with, made from the collection: asked by rules of its sentences, offered only when answered well.

English only; where no sentence fits a rule, nothing is offered.
"""

import re
from collections.abc import Iterator

from .library import Library
from .say import shortened

MOST = 4  # questions that are offered
LOOKED_AT = 200  # passages whose sentences are looked at
TRIED = 16  # questions that are asked to find those that are answered
SURE = 0.75  # least confidence of an answer that makes its question an example
MAX_SHORT = 60  # characters of the words that answer it

NAME = r"[A-Z][a-z]+(?: [A-Z][a-z]+)+"
# What a sentence says → the question that it answers.
RULES = (
    (re.compile(rf"\b(?P<name>{NAME}) was (?P<done>founded|built|opened|launched|elected|born|appointed|sold|closed) (?:in|on) "), "When was {name} {done}?"),
    (re.compile(r"^[^,]{0,60}?\b(?:won|wins) (?P<what>the (?:[A-Z][\w'’]+ ?){1,5})"), "Who won {what}?"),
    (re.compile(rf"\b(?P<name>{NAME}), (?:the|who is the|an?) (?P<role>[a-z][^,.;:]{{6,60}}),"), "Who is {name}?"),
    (re.compile(r"^(?P<what>The [a-z]+(?: [a-z]+)?) (?:cost|costs|will cost|would cost) [£$€]"), "How much does {what} cost?"),
    (re.compile(rf"\b(?P<role>[a-z]+ (?:secretary|minister|executive|president|chairman|director)) (?P<name>{NAME})\b"), "Who is {name}?"),
)  # fmt: skip


def candidates(sentence: str) -> Iterator[str]:
    """The questions that a sentence answers by the rules."""
    for pattern, question in RULES:
        for found in pattern.finditer(sentence):
            parts = {name: value.strip() for name, value in found.groupdict().items()}
            parts = {name: re.sub("^The ", "the ", value) for name, value in parts.items()}
            if question != "Who is {name}?" or not parts["name"].startswith(("the ", "A ", "An ")):  # a thing
                yield question.format(**parts)


def examples(library: Library, most: int = MOST) -> tuple[str, ...]:
    """Up to `most` questions that the library answers with confidence, from different articles."""
    index = library.index
    with index.reading():
        numbers = index.catalogue.sample_passages(LOOKED_AT)
        passages = index.passages(numbers)
        asked: dict[str, str] = {}  # question → article
        for number in numbers:
            passage = passages[number]
            for span in index.sentences(passage.article_id, passage.edition):
                if span.within(passage.span):
                    start = span.start - passage.span.start
                    sentence = passage.text[start : start + span.end - span.start]
                    for question in candidates(sentence):
                        asked.setdefault(shortened(question, 120), passage.article_id)
    chosen: dict[str, str] = {}
    for question, article_id in list(asked.items())[:TRIED]:
        if article_id in chosen.values():
            continue
        answer = library.ask(question)
        sure = answer.confidence >= SURE and len(answer.short or "") in range(1, MAX_SHORT)
        if sure and any(citation.article_id == article_id for citation in answer.citations):
            chosen[question] = article_id
            if len(chosen) == most:
                break
    return tuple(chosen)
