"""Whose words: the speaker of what is cited, and questions for somebody's words kept to that person's.

A question such as "What did Ines Okafor say about the crane?" is answered from her words, or not at all: what somebody
else says of the matter is no answer to it, however near it stands.
"""

import re
from collections.abc import Sequence

from indexes import Span
from indexes.cues import Unit, cues, mask
from indexes.people import NAMES, person_at
from indexes.quotes import quotations
from indexes.speech import speaker_of
from indexes.verbs import VERB

from .read import Draft
from .words import stem

# What it adds to the logit of a confidence that the best draft is in the words of the one who is asked for. Fitted to the 274
# such questions on the held-back BBC articles, 161 of them without an answer and written to mislead: with it 0.81 of those
# with an answer were answered, 0.72 without, and 0.12 of the others, 0.11 without.
ASSURED = 0.8
OWN = 1.5  # logits by which the words of the one who is asked for come before the writer's own

_SAY = (
    r"(?:say|said|tell|told|claim|argue|describe|call|respond|react|explain|think|believe|characteri[sz]e|warn|reply|answer|compare"
    r"|predict|insist|admit|promise|accuse|suggest|deny|complain|mean|make of|feel|call for|ask for|demand)"
)
_OF = re.compile(
    rf"\b(?:did|does|do|has|had|would|will) (?P<who>[^?]{{2,80}}?) (?:also |later |once |ever |first |publicly )?{_SAY}\b"
    r"|\baccording to (?P<source>[^?,]{2,60})"
    r"|\bin (?P<view>[^?,]{2,60}?)['’]s? (?:words|view|opinion|eyes|account)\b"
    r"|\b(?P<owner>[A-Z][^?,]{1,60}?)['’]s? (?:reaction|response|reply|explanation|view|opinion|description|prediction|comment|verdict)s?\b",
)
_BELONGS = re.compile(r"\b(?:of|for|at|in|from|to|with|by|on) (?:the )?$")  # "the Chamber of Trade"
_WORD = re.compile(r"[\w-]+")
_SMALL = frozenset("the a an of for and at in to on his her its their former new".split())


def asked_of(question: str) -> str | None:
    """The name of the one whose words a question asks for; None when it asks for nobody's, or names none."""
    found = _OF.search(question)
    if not found:
        return None
    who = next(group for group in found.groups() if group).strip()
    runs = list(NAMES.finditer(who))
    if not runs or _BELONGS.search(who[: runs[-1].start()]) or runs[-1].end() < len(who) - 2:
        return None
    person = person_at(who[: runs[-1].start()], runs[-1].group())
    return person.name if person else None


def same(wanted: str, speaker: str) -> bool:
    """Whether a speaker is the one who is asked for: the surname stands in the name, or every word in the role."""
    words = [w.lower() for w in _WORD.findall(wanted) if w.lower() not in _SMALL]
    held = {w.lower() for w in _WORD.findall(speaker)}
    name = {w.lower() for w in _WORD.findall(speaker.split(",")[0])}
    if not words:
        return False
    return words[-1] in name or all(w in held for w in words)


def heed(question: str, ranked: Sequence[tuple[float, Draft]]) -> list[tuple[float, Draft]]:
    """The drafts that can answer a question for somebody's words, best first; all of them for any other question.

    Somebody else's words are left out; those of a writer who is not asked for stay, behind those of the one who is.
    The logits stay what they were, so that a confidence is made of them alone.
    """
    wanted = asked_of(question)
    if wanted is None:
        return list(ranked)
    kept: list[tuple[float, float, Draft]] = []
    for score, draft in ranked:
        speaker = voice(question, draft)
        own = speaker is not None and same(wanted, speaker)
        if own or speaker is None or not _is_name(speaker):  # "the company" may be whom the question names
            kept.append((score + OWN * own, score, draft))
    return [(score, draft) for _, score, draft in sorted(kept, key=lambda k: -k[0])]


def voice(question: str, draft: Draft) -> str | None:
    """Who says what a draft states: the speaker in its sentence, or its writer where it is the writer whose words are asked for."""
    speaker = speaker_of(draft.page.said, draft.span, draft.answer)
    article = draft.page.article
    wanted = asked_of(question) if speaker is None and article.byline else None
    headline = draft.span.cut(article.text) == article.title
    written = wanted is not None and article.byline is not None and same(wanted, article.byline)
    return article.byline if written and not headline else speaker


def assurance(question: str, draft: Draft) -> float:
    """What is added to a confidence's logit because a draft is in the words of the one who is asked for."""
    wanted = asked_of(question)
    speaker = voice(question, draft) if wanted else None
    return ASSURED if wanted and speaker and same(wanted, speaker) else 0.0


def who_says(question: str, draft: Draft) -> str | None:
    """The name of the one who says it, for "Who said …?", where the answer that was read there is another: "she"."""
    speaker = voice(question, draft) if _WHO.match(question) else None
    if speaker is None or not _is_name(speaker):
        return None
    name = speaker.split(",")[0]
    answer = draft.answer.cut(draft.page.article.text)
    return None if same(name, answer) or same(answer, name) else name


_WHO = re.compile(
    r"who (?:has |had |have |also |first |publicly )*(?:said|says|say|denied|denies|claimed|claims|told|warned|insisted|called|described"
    r"|accused|admitted|promised|predicted|argued|complained|declared|announced|thinks|believes|thought|suggested|wrote)\b",
    re.IGNORECASE,
)
_SPEAKS = re.compile(rf"{VERB.pattern}|\baccording to\b", re.IGNORECASE)


def speaks(sentence: str) -> bool:
    """Whether a sentence tells what somebody says, with a name or without."""
    return bool(_SPEAKS.search(sentence))


def speakers(sentence: str) -> set[str]:
    """The stems of the surnames of those who are named as saying something in a sentence, outside of its quotes."""
    quoted = quotations(sentence)
    unit = Unit(Span(0, len(sentence)), 0, list(quoted), [], [])
    found = [cue.subject for cue in cues(mask(sentence, quoted), unit)]
    return {name for s in found if s.person or s.words for name in surnames(str(s.person or s.words))}


def surnames(speaker: str) -> set[str]:
    """The stems of the last words of the names in what a speaker is called: "Ines Okafor, harbour master"."""
    people = (person_at("", run) for run in NAMES.findall(speaker.split(",")[0]))
    return {stem(person.surname) for person in people if person}


def _is_name(speaker: str) -> bool:
    name = speaker.split(",")[0]
    return name[:1].isupper() and len(name.split()) > 1 and not name.startswith(("The ", "A ", "An "))
