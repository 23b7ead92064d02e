"""Candidate gold questions, for a person to correct or to throw away: no model writes them, so that none is flattered.

From articles: a sentence that states a person's act, an amount or a day becomes a question whose answer it holds. From
gold: a question becomes unanswerable by taking a name or a number of another article. Each says in `note` what to do.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from indexes import Article, Span
from qa import Library
from qa.words import DAYS, MONTHS

from .building import question_id
from .measure import normalise
from .types import GoldQuestion

Row = dict[str, Any]

NAME = r"(?:[A-Z][\w’'-]+(?: (?:of|the|and|de|van) (?=[A-Z]))? ?){2,4}"
LINKS = "over|in|at|from|of|for|to|by|on|and|or|a|an|the|with|before|after|than|as|between|since|during|when|while|this|last"
VERBS = "said|told|warned|announced|won|bought|sold|opened|founded|wrote|called|described|resigned|scored|led|chairs|runs|owns"
WHO = re.compile(rf"^(?P<name>{NAME}),? (?:[^,.]{{3,60}}, )?(?P<rest>(?:{VERBS}) [^.;:“”\"]{{15,110}})[.]?$")
AMOUNT = re.compile(
    r"^(?P<before>[A-Z][^.;:“”\"]{10,90}?) (?P<verb>cost|costs|employs|employed|raised|paid|lost|won|took|covers|carries|attracted) "
    r"(?P<answer>(?:about |around |more than |nearly )?[£$€]?\d[\d,.]*(?: (?:million|billion|per cent))?"
    rf"(?: (?!(?:{LINKS})\b)[a-z]+)?)(?P<rest>[^.;“”]{{0,60}})[.]?$"
)
DAY = re.compile(
    rf"^(?P<before>[A-Z][^.;:“”\"]{{10,90}}?) (?P<verb>opened|closed|died|began|ended|started|resigned|reopened) "
    rf"(?P<middle>[^.;“”]{{0,40}}?)(?:on|in) (?P<answer>(?:{DAYS}|\d{{1,2}} (?:{MONTHS})(?: \d{{4}})?|(?:{MONTHS}) \d{{4}}))\b",
    re.IGNORECASE,
)
BASE = {"cost": "cost", "costs": "cost", "employs": "employ", "employed": "employ", "raised": "raise", "paid": "pay",
        "lost": "lose", "won": "win", "took": "take", "covers": "cover", "carries": "carry", "attracted": "attract",
        "opened": "open", "closed": "close", "died": "die", "began": "begin", "ended": "end", "started": "start",
        "resigned": "resign", "reopened": "reopen"}  # fmt: skip
PRESENT = frozenset({"costs", "employs", "covers", "carries"})
PRONOUN = re.compile(r"\b(?:he|she|it|they|his|her|their|this|these|those|who|which)\b", re.IGNORECASE)
NUMBER = re.compile(r"\b\d[\d,]*\b")
PROPER = re.compile(r"(?<=[a-z,] )[A-Z][\w’-]+(?: [A-Z][\w’-]+)+")


def suggest(library: Library, gold: Sequence[GoldQuestion], count: int) -> Iterator[Row]:
    """At most `count` candidate rows, spread over the articles; every third unanswerable while there is gold to vary."""
    known = {normalise(question.question) for question in gold}
    fresh = _spread(library)
    varied = _variants(gold)
    made = 0
    while made < count:
        row = next(varied, None) if made % 3 == 2 else None
        row = row or next(fresh, None) or next(varied, None)
        if row is None:
            return
        if normalise(row["question"]) not in known:
            known.add(normalise(row["question"]))
            made += 1
            yield row


def _spread(library: Library) -> Iterator[Row]:
    """One candidate of each article, then a second one of each."""
    left = [(article, iter(list(_candidates(library, article)))) for article in library.articles()]
    while left:
        kept = []
        for article, rows in left:
            row = next(rows, None)
            if row is not None:
                kept.append((article, rows))
                yield row
        left = kept


def _candidates(library: Library, article: Article) -> Iterator[Row]:
    for span in library.index.sentences(article.id):
        text = span.cut(article.text).strip()
        if len(text.split()) > 30 or "\n" in text:
            continue
        if found := WHO.match(text):
            yield _row(article, span, f"Who {found['rest'].rstrip()}?", found["name"].strip(), "entity")
        elif (found := AMOUNT.match(text)) and not PRONOUN.search(found["before"]):
            did = "does" if found["verb"] in PRESENT else "did"
            question = (
                f"How much {did} {_lowered(found['before'])} {BASE[found['verb']]}{found['rest'].rstrip()}?"
            )
            yield _row(article, span, question, found["answer"], "number")
        elif (found := DAY.match(text)) and not PRONOUN.search(found["before"]):
            question = f"When did {_lowered(found['before'])} {BASE[found['verb'].lower()]}{(' ' + found['middle']).rstrip()}?"
            yield _row(article, span, question, found["answer"], "date")


def _row(article: Article, span: Span, question: str, answer: str, kind: str) -> Row:
    stands = PRONOUN.search(question.split(" ", 1)[1]) is None
    return {
        "id": question_id(question),
        "question": question,
        "kind": kind,
        "answerable": True,
        "answers": [answer],
        "evidence": [
            {
                "source": article.url or "/".join(article.source.replace("\\", "/").split("/")[-2:]),
                "text": span.cut(article.text),
                "start": span.start,
                "end": span.end,
            }
        ],
        "note": "suggested: reword it, so that it does not copy its sentence"
        + ("" if stands else "; name whom its pronouns mean"),
    }


def _variants(gold: Sequence[GoldQuestion]) -> Iterator[Row]:
    """Questions with the name, or the number, of the next question of the file that has one."""
    for pattern, what in ((PROPER, "name"), (NUMBER, "number")):
        named = [
            (question, found)
            for question in gold
            if question.answerable and (found := pattern.search(question.question))
        ]
        for (question, found), (_, other) in pairwise(named):
            if found.group() == other.group():
                continue
            text = question.question[: found.start()] + other.group() + question.question[found.end() :]
            yield {
                "id": question_id(text),
                "question": text,
                "kind": question.kind
                if question.kind not in ("list", "multi", "conflict", "time")
                else "entity",
                "answerable": False,
                "answers": [],
                "evidence": [],
                "trap": question.answers[0],
                "note": f"suggested: {question.id} with another {what}; search the articles before you keep it",
            }


def _lowered(text: str) -> str:
    """A sentence's beginning within a question."""
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first in ("The", "A", "An", "Its", "Their", "His", "Her") else text
