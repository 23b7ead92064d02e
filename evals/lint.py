"""What is wrong, or doubtful, in a file of gold questions.

Wrong: a row that cannot be read, evidence that does not stand where it says, an answer that its evidence does not hold.
Doubtful: a question that does not stand alone, copies its evidence, or gives its answer away; two that are nearly one; a
set that leans to one side; a question whose words stand in what the reading model was trained on.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from indexes import GoldError
from qa import Library
from qa.words import content_words, stem

from .gold import bind, load
from .measure import f1, holds, normalise
from .types import GoldQuestion

LEAK_WORDS = 8  # as many in a row, in a question and in training data, are no accident
COPY_WORDS = 7  # as many in a row from the evidence make a question that any search finds
ALIKE = 0.85  # word F1 of two questions
LEAST_UNANSWERABLE, MOST_UNANSWERABLE = 0.2, 0.6
LEAST_QUESTIONS = 300  # fewer do not tell a change of 5 points from chance

OPENERS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|these|those|there|then)\b",
    re.IGNORECASE,
)
VAGUE = re.compile(
    r"\bthe (?:company|man|woman|article|report|author|firm|player|team|event|incident)\b", re.IGNORECASE
)
TRAINING = Path(__file__).parent.parent / "qa" / "training" / "questions"


class Remark(NamedTuple):
    """Something about one question, or about the set."""

    level: Literal["wrong", "doubtful"]
    where: str  # id of the question, or the file
    told: str


def lint(path: Path, library: Library, training: Path = TRAINING) -> Iterator[Remark]:
    """Every remark on a gold file. `training` holds the questions that a model was trained on, JSONL."""
    try:
        gold = load(path)
    except GoldError as error:
        yield Remark("wrong", str(path), str(error))
        return
    for question in gold:
        try:
            bind([question], library)
        except GoldError as error:
            yield Remark("wrong", question.id, str(error))
    for question in gold:
        yield from _answers(question)
        yield from _wording(question)
    yield from _doubles(gold)
    yield from _balance(path, gold)
    yield from _leaks(gold, training)


def _answers(question: GoldQuestion) -> Iterator[Remark]:
    """An accepted form stands in the evidence; a list's items do, each. Yes and no, sums and comparisons stand nowhere."""
    evidence = " ".join(piece.text for piece in question.evidence)
    if not question.answerable or question.kind in ("yesno", "multi", "conflict"):
        return
    for item in question.items:
        if not holds(evidence, [item]):
            yield Remark("wrong", question.id, f"the item {item!r} does not stand in its evidence")
    if not question.items and not _held(question.answers, evidence):
        yield Remark(
            "doubtful", question.id, f"none of its answers {list(question.answers)} stands in its evidence"
        )


def _held(answers: Sequence[str], evidence: str) -> bool:
    return bool(holds(evidence, answers)) or any(normalise(a) in normalise(evidence) for a in answers)


def _wording(question: GoldQuestion) -> Iterator[Remark]:
    text = question.question
    names = [w for w in text.split()[1:] if w[:1].isupper() or w[:1].isdigit()]
    if (found := OPENERS.search(text)) and not names:
        yield Remark("doubtful", question.id, f"does not stand alone: {found.group()!r} without a name")
    if (found := VAGUE.search(text)) and not names:
        yield Remark("doubtful", question.id, f"does not stand alone: {found.group()!r} without its name")
    if question.kind not in ("yesno", "list", "conflict"):
        given = [a for a in question.answers if len(a) > 3 and holds(text, [a])]
        if given:
            yield Remark("doubtful", question.id, f"gives its answer away: {given[0]!r}")
    for piece in question.evidence:
        if shared := _shared(text, piece.text, COPY_WORDS):
            yield Remark("doubtful", question.id, f"copies its evidence: {shared!r}")
            break


def _doubles(gold: Sequence[GoldQuestion]) -> Iterator[Remark]:
    bags = [frozenset(map(stem, content_words(question.question))) for question in gold]
    for i, first in enumerate(gold):
        for j in range(i + 1, len(gold)):
            near = len(bags[i] & bags[j]) >= 0.8 * max(len(bags[i]), len(bags[j]))
            if (
                near
                and first.answerable == gold[j].answerable
                and f1(first.question, [gold[j].question]) >= ALIKE
            ):
                yield Remark("doubtful", gold[j].id, f"is nearly {first.id}: {first.question}")


def _balance(path: Path, gold: Sequence[GoldQuestion]) -> Iterator[Remark]:
    share = sum(not question.answerable for question in gold) / len(gold)
    if not LEAST_UNANSWERABLE <= share <= MOST_UNANSWERABLE:
        yield Remark(
            "doubtful",
            str(path),
            f"{share:.0%} are unanswerable; with a fifth to three fifths both faults show",
        )
    if len(gold) < LEAST_QUESTIONS:
        yield Remark(
            "doubtful",
            str(path),
            f"{len(gold)} questions tell only large changes from chance; {LEAST_QUESTIONS} find 5 points",
        )
    kind, count = Counter(question.kind for question in gold).most_common(1)[0]
    if count > len(gold) / 2 and len(gold) >= 20:
        yield Remark("doubtful", str(path), f"{count} of {len(gold)} questions ask for one kind, {kind}")
    untrapped = sum(not question.answerable and not question.trap for question in gold)
    if untrapped:
        yield Remark(
            "doubtful", str(path), f"{untrapped} unanswerable questions do not say what misleads (trap)"
        )


def _leaks(gold: Sequence[GoldQuestion], training: Path) -> Iterator[Remark]:
    grams = {gram: question.id for question in gold for gram in _grams(question.question, LEAK_WORDS)}
    told: set[str] = set()
    for text, where in _trained(training):
        for gram in _grams(text, LEAK_WORDS):
            question_id = grams.get(gram)
            if question_id and question_id not in told:
                told.add(question_id)
                yield Remark(
                    "wrong", question_id, f"{' '.join(gram)!r} stands in the training question {where}"
                )


def _trained(training: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(training.glob("*.jsonl")) if training.is_dir() else ():
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                row: Mapping[str, object] = json.loads(line)
                for value in row.values():
                    if isinstance(value, str):
                        yield value, f"{path.name}, line {number}"


def _grams(text: str, width: int) -> Iterator[tuple[str, ...]]:
    words = normalise(text).split()
    return (tuple(words[i : i + width]) for i in range(len(words) - width + 1))


def _shared(one: str, other: str, width: int) -> str:
    grams = set(_grams(other, width))
    return next((" ".join(gram) for gram in _grams(one, width) if gram in grams), "")
