"""How well the support checker tells what passages support: the two measurements, and the fit of its weights.

    python -m evals.support corrupt FOLDER        sentences of real articles with one fact changed
    python -m evals.support qags FILE             summaries with human votes (QAGS, Wang et al. 2020)
    python -m evals.support fit FILE              new weights and threshold for qa/support.py, from such votes

A folder holds articles as text files, the headline on the first line. The corruptions share no code with the checker.
"""

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from indexes import Embedder
from indexes.split import find_sentences
from qa.compare import Comparison, Evidence
from qa.support import FEATURES, supported
from qa.weigh import Linear, probability

from .measure import auroc

AROUND = 4  # sentences before and after that are the passage of a sentence


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence of an article with one fact changed."""

    kind: str  # number, date, name, denial, speaker
    original: str
    changed: str
    passage: str


@dataclass(frozen=True, slots=True)
class Voted:
    """A sentence about an article, and whether most people found it supported."""

    sentence: str
    article: str
    supported: bool


# -- changing one fact -------------------------------------------------------------------------------------

NUMBER = re.compile(
    r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)\b"
)
NUMBER_WORDS = "two three four five six seven eight nine ten twelve twenty".split()
DATES = (
    "January February March April June July August September October November December".split(),
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
)
DATE = re.compile(rf"\b(?:{'|'.join(w for group in DATES for w in group)})\b")
NAME = re.compile(
    rf"(?<=[a-z,] )(?!(?:I|Mr|Mrs|Ms|Dr|The|May|{'|'.join(w for group in DATES for w in group)})\b)"
    r"[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*\b"
)
AUXILIARY = re.compile(r"\b(is|are|was|were|will|would|has|have|had|can|could|should)\b(?! not\b|n't)")
DENIAL = re.compile(r"\b(is|are|was|were|will|would|has|have|had|can|could|should|do|does|did) not\b")
SPEAKER = re.compile(
    r"\b(?:said|says|added|told|warned|insisted|claimed|explained) (?:Mr |Mrs |Ms |Dr |Sir )?(?P<a>[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*)"
    r"|\b(?P<b>[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*) (?:said|says|added|told|warned|insisted|claimed|explained)\b"
)


def change(kind: str, sentence: str, names: Sequence[str], chance: random.Random) -> str | None:
    """The sentence with one fact of a kind changed; None when it has none."""
    match kind:
        case "number":
            return _swap(NUMBER, sentence, chance, _other_number)
        case "date":
            return _swap(DATE, sentence, chance, _other_date)
        case "name":
            if "said" in sentence:
                return None
            return _swap(NAME, sentence, chance, lambda old, c: _other_name(old, names, c))
        case "denial":
            if DENIAL.search(sentence):
                return DENIAL.sub(r"\1", sentence, count=1)
            return _swap(AUXILIARY, sentence, chance, lambda old, _: f"{old} not")
        case _:
            found = SPEAKER.search(sentence)
            if not found:
                return None
            place = found.span("a") if found["a"] else found.span("b")
            other = _other_name(sentence[slice(*place)], names, chance)
            return other and sentence[: place[0]] + other + sentence[place[1] :]


Other = Callable[[str, random.Random], str | None]  # another fact in the place of one


def _swap(pattern: re.Pattern[str], sentence: str, chance: random.Random, other: Other) -> str | None:
    found = list(pattern.finditer(sentence))
    if not found:
        return None
    place = chance.choice(found)
    new = other(place.group(), chance)
    return new and sentence[: place.start()] + new + sentence[place.end() :]


def _other_number(old: str, chance: random.Random) -> str:
    if old.isalpha():
        return chance.choice([w for w in NUMBER_WORDS if w != old])
    digits = old.replace(",", "")
    if "." in digits:
        return f"{float(digits) + chance.choice([0.3, 1, 2.5]):.{len(digits.split('.')[1])}f}"
    value = int(digits)
    if 1900 <= value <= 2100 and "," not in old:
        return str(value + chance.choice([-3, -2, -1, 1, 2]))
    return (
        f"{value + chance.choice([1, 2, 3, max(4, value // 3)]):,}"
        if "," in old
        else str(value + chance.choice([1, 2, 3, max(4, value // 3)]))
    )


def _other_date(old: str, chance: random.Random) -> str:
    group = next(group for group in DATES if old in group)
    return chance.choice([w for w in group if w != old])


def _other_name(old: str, names: Sequence[str], chance: random.Random) -> str | None:
    others = [n for n in names if not set(n.split()) & set(old.split())]
    return chance.choice(others) if others else None


KINDS = ("number", "date", "name", "denial", "speaker")


def changed_sentences(folder: Path, count: int, seed: int = 7) -> Iterator[Changed]:
    """As many sentences as are wanted, one an article at most of each kind; the kinds as equal as they can be had."""
    chance = random.Random(seed)
    paths = sorted(folder.rglob("*.txt"))
    chance.shuffle(paths)
    have: Counter[str] = Counter()
    for path in paths:
        text = path.read_text(encoding="utf-8", errors="replace").split("\n", 1)[-1]
        sentences = [text[s.start : s.end] for s in find_sentences(text)]
        names = sorted({n for s in sentences for n in NAME.findall(s)})
        kind = min(KINDS, key=lambda k: (have[k], chance.random()))
        order = list(range(len(sentences)))
        chance.shuffle(order)
        for i in order:
            if not 40 <= len(sentences[i]) <= 300:
                continue
            new = change(kind, sentences[i], names, chance)
            if new:
                passage = " ".join(sentences[max(0, i - AROUND) : i + AROUND + 1])
                have[kind] += 1
                yield Changed(kind, sentences[i], new, passage)
                break
        if have.total() == count:
            return


def changed_lines(rows: Sequence[Changed], *, show: int = 0) -> Iterator[str]:
    """The table, and the first misses when they are asked for."""
    caught: Counter[str] = Counter()
    total: Counter[str] = Counter()
    refused, misses = 0, []
    for row in tqdm(rows, unit="sentence", file=sys.stderr):
        total[row.kind] += 1
        if supported(row.changed, [row.passage]).reasons:
            caught[row.kind] += 1
        else:
            misses.append(f"  missed ({row.kind}): {row.changed}\n    of: {row.original}")
        reasons = supported(row.original, [row.passage]).reasons
        if reasons:
            refused += 1
            misses.append(f"  refused: {row.original}\n    {reasons}")
    yield f"{total.total():,} sentences with one fact changed: {caught.total() / total.total():.3f} caught"
    for kind in KINDS:
        yield f"  {kind:10} {caught[kind]:4} of {total[kind]:4}"
    yield f"the same sentences untouched: {refused / total.total():.3f} refused"
    yield from misses[:show]


# -- human votes -------------------------------------------------------------------------------------------


def load_votes(path: Path) -> list[Voted]:
    """The sentences of a file in QAGS's layout; supported when more than half of the votes say so."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for sentence in row["summary_sentences"]:
            votes = [vote["response"] == "yes" for vote in sentence["responses"]]
            rows.append(Voted(sentence["sentence"], row["article"], sum(votes) * 2 > len(votes)))
    return rows


def overlap(row: Voted) -> float:
    """The baseline: the share of the sentence's words that stand in the article."""
    words = re.findall(r"\w+", row.sentence.lower())
    held = set(re.findall(r"\w+", row.article.lower()))
    return sum(word in held for word in words) / (len(words) or 1)


def likeness(row: Voted, embedder: Embedder) -> float:
    """The other baseline: the cosine of the sentence to the article's nearest sentence."""
    texts = [row.article[s.start : s.end] for s in find_sentences(row.article)]
    vectors = embedder.embed([row.sentence, *texts])
    return float((vectors[1:] @ vectors[0]).max())


def balanced_accuracy(yes: Sequence[float], no: Sequence[float], threshold: float) -> float:
    """The mean of the shares that are told rightly on either side."""
    return (sum(s >= threshold for s in yes) / len(yes) + sum(s < threshold for s in no) / len(no)) / 2


def best_balanced(yes: Sequence[float], no: Sequence[float]) -> float:
    """At the best threshold, which is tuned on the test: an upper bound for the baselines."""
    return max(balanced_accuracy(yes, no, t) for t in (*yes, *no))


def votes_lines(rows: Sequence[Voted], *, embed: bool) -> Iterator[str]:
    """The table."""
    found = [supported(r.sentence, [r.article]) for r in tqdm(rows, unit="sentence", file=sys.stderr)]
    told = [0.0 if s.reasons else 1.0 for s in found]
    scores = {"support score": [s.score for s in found], "words shared": [overlap(r) for r in rows]}
    if embed:
        embedder = Embedder()
        scores["likeness of embeddings"] = [likeness(r, embedder) for r in tqdm(rows, file=sys.stderr)]
    yield f"{len(rows)} sentences, {sum(r.supported for r in rows)} of them supported by most votes"
    for name, values in scores.items():
        yes, no = _sides(rows, values)
        yield f"  {name:24} AUROC {auroc(yes, no) or 0:.3f}, balanced accuracy at its best threshold {best_balanced(yes, no):.3f}"
    yes, no = _sides(rows, told)
    yield f"  {'supported without reasons':24} balanced accuracy {balanced_accuracy(yes, no, 0.5):.3f}"


def _sides(rows: Sequence[Voted], values: Sequence[float]) -> tuple[list[float], list[float]]:
    yes = [v for r, v in zip(rows, values, strict=True) if r.supported]
    no = [v for r, v in zip(rows, values, strict=True) if not r.supported]
    return yes, no


# -- fitting -----------------------------------------------------------------------------------------------


def fit_lines(rows: Sequence[Voted]) -> Iterator[str]:
    """The lines of qa/support.py that depend on these votes, and how well such a fit tells votes that it has not seen."""
    points = []
    for row in tqdm(rows, unit="sentence", file=sys.stderr):
        found = Comparison(row.sentence, [Evidence(row.article)])
        points.append(found.features(tuple(found.against())))
    truth = [row.supported for row in rows]
    unseen = [0.0] * len(rows)
    folds = [i % 10 for i in range(len(rows))]
    random.Random(7).shuffle(folds)
    for fold in range(10):
        inside = [i for i, f in enumerate(folds) if f != fold]
        linear = logistic([points[i] for i in inside], [truth[i] for i in inside])
        for i, f in enumerate(folds):
            if f == fold:
                unseen[i] = linear(points[i])
    linear = logistic(points, truth)
    scores = [probability(linear(p)) for p in points]
    yes, no = _sides(rows, scores)
    threshold = max(sorted({*yes, *no}), key=lambda t: balanced_accuracy(yes, no, t))
    yield f"AUROC on votes that were not fitted (ten folds): {auroc(*_sides(rows, unseen)) or 0:.3f}"
    weights = ", ".join(f"{w:.3f}" for w in linear.weights)
    yield f"FEATURES = {FEATURES}"
    yield f"WEIGHTS = Linear(({weights}), {linear.bias:.3f})"
    yield f"THRESHOLD = {threshold:.2f}"


def logistic(points: Sequence[Sequence[float]], truth: Sequence[bool]) -> Linear:
    """Logistic regression with a penalty of 1 on the squared weights, by Newton's steps."""
    x = np.hstack([np.array(points, float), np.ones((len(points), 1))])
    y = np.array(truth, float)
    penalty = np.diag([1.0] * (x.shape[1] - 1) + [0.0])
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (likely - y) + penalty @ weights
        curve = (x * (likely * (1 - likely))[:, None]).T @ x + penalty
        weights -= np.linalg.solve(curve, slope)
    return Linear(tuple(map(float, weights[:-1])), float(weights[-1]))


def main() -> int:
    """Measure or fit."""
    parser = argparse.ArgumentParser(prog="python -m evals.support", description=__doc__)
    parser.add_argument("what", choices=["corrupt", "qags", "fit"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--sentences", type=int, default=1_000)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="the first N mistakes")
    given = parser.parse_args()
    if given.what == "corrupt":
        lines = changed_lines(list(changed_sentences(given.path, given.sentences)), show=given.show)
    else:
        rows = load_votes(given.path)
        lines = fit_lines(rows) if given.what == "fit" else votes_lines(rows, embed=True)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
