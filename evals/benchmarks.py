"""Public benchmarks: the reading model with the passage given.

    python -m evals.benchmarks squad FILE

Reads the layout of SQuAD 1.1 and 2.0 (XQuAD, SQuADShifts and NewsQA's conversion share it). Intervals are percentile
bootstraps over the questions' texts, since questions on one text are not independent.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

import qa
from indexes import Article, Embedder
from indexes.split import split
from qa.model import Reading, ReadingModel, Text
from qa.read import page_of, text_of

from .measure import auroc, f1

SAMPLES = 1_000  # of the bootstrap


@dataclass(frozen=True, slots=True)
class Item:
    """One benchmark question on its text."""

    group: int  # number of its text
    question: str
    text: str
    answers: tuple[str, ...]  # none where the text does not say


@dataclass(frozen=True, slots=True)
class Read:
    """What the model made of an item."""

    item: Item
    overlap: float  # F1 of its best span with the best accepted answer; 0 where there is none
    answerable: float  # logit


def load_squad(path: Path) -> Iterator[Item]:
    """The questions of a file in SQuAD's layout."""
    group = 0
    for document in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in document["paragraphs"]:
            group += 1
            for row in paragraph["qas"]:
                answers = () if row.get("is_impossible") else tuple(a["text"] for a in row["answers"])
                yield Item(group, row["question"], paragraph["context"], answers)


def read(item: Item, model: ReadingModel, embedder: Embedder) -> Read:
    """The best span of the text, cut as an article would be, and the best verdict on its passages."""
    cut = split(
        Article(id="x", source="x", text=item.text), embedder.token_ends, window=embedder.passage_tokens
    )
    hits = (qa.Hit(passage, "x", "", 1.0, {}) for passage in cut.passages)
    texts = [text_of(page_of(hit, cut.article, cut.sentences)) for hit in hits]
    readings = model.read(item.question, texts)
    said, _ = max(_candidates(texts, readings), key=lambda c: c[1])
    overlap = f1(said, item.answers) if item.answers else 0.0
    return Read(item, overlap, max(r.answerable for r in readings))


def _candidates(texts: Sequence[Text], readings: Sequence[Reading]) -> Iterator[tuple[str, float]]:
    for text, reading in zip(texts, readings, strict=True):
        for found in reading.spans:
            if found:
                yield found[0].cut(text.text), found[1]


def answered_f1(reads: Sequence[Read]) -> float:
    """Mean F1 of the answerable questions, whatever the model thinks of answering them."""
    overlaps = [r.overlap for r in reads if r.item.answers]
    return sum(overlaps) / len(overlaps) if overlaps else 0.0


def answerability(reads: Sequence[Read]) -> float:
    """AUROC of the verdict."""
    sides: tuple[list[float], list[float]] = ([], [])
    for r in reads:
        sides[not r.item.answers].append(r.answerable)
    return auroc(*sides) or 0.0


def best_f1(reads: Sequence[Read]) -> float:
    """Mean F1 over all questions at the best threshold on the verdict (SQuAD 2.0's best_f1, which is tuned on the test)."""
    gained = sum(not r.item.answers for r in reads)
    best = float(gained)
    value = best
    for r in sorted(reads, key=lambda r: -r.answerable):
        value += r.overlap if r.item.answers else -1.0
        best = max(best, value)
    return best / len(reads)


def interval(reads: Sequence[Read], score: Callable[[Sequence[Read]], float]) -> tuple[float, float]:
    """The central 95 % of a score over samples of the texts."""
    groups: dict[int, list[Read]] = {}
    for r in reads:
        groups.setdefault(r.item.group, []).append(r)
    chance = random.Random(7)
    drawn = sorted(
        score([r for group in chance.choices(list(groups.values()), k=len(groups)) for r in group])
        for _ in range(SAMPLES)
    )
    return drawn[round(0.025 * SAMPLES)], drawn[round(0.975 * SAMPLES) - 1]


def lines(reads: Sequence[Read]) -> Iterator[str]:
    """The table."""
    answerable = sum(bool(r.item.answers) for r in reads)
    yield f"{len(reads):,} questions ({answerable:,} answerable)"
    for name, score in (
        ("F1, answerable", answered_f1),
        ("AUROC", answerability),
        ("F1, best threshold", best_f1),
    ):
        low, high = interval(reads, score)
        yield f"  {name:20} {score(reads):.3f}  [{low:.3f}, {high:.3f}]"


def main() -> int:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks", description=__doc__)
    parser.add_argument("benchmark", choices=["squad"])
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--model", type=Path, metavar="DIR", help="folder of a reader.onnx (default: the shipped one)"
    )
    given = parser.parse_args()
    model = ReadingModel(given.model, digest=None) if given.model else ReadingModel()
    embedder = Embedder()
    reads = [read(item, model, embedder) for item in tqdm(list(load_squad(given.file)), unit="question")]
    sys.stdout.writelines(f"{line}\n" for line in lines(reads))
    return 0


if __name__ == "__main__":
    sys.exit(main())
