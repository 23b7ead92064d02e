"""Public benchmarks: the reading model with the text given, or the whole system over all texts.

    qa eval --benchmark squad2 --data dev-v2.0.json [--open] [--sample 500]

With the text given, the model's best span is taken whether or not it would be said; open, what a user would get.
Intervals are by text, since questions on one text are not independent.
"""

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import qa
from indexes import Article, Embedder
from indexes.split import split
from qa.model import Reading, ReadingModel, Text
from qa.read import page_of, text_of

from . import intervals, measure
from .estimate import Estimate
from .layouts import LAYOUTS, Benchmark, Item, load_benchmark
from .measure import squad_normalise

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Read:
    """What was made of an item."""

    item: Item
    said: str  # the short answer; empty when abstained
    sentences: str  # the sentence, or the statements, that it stands in
    answerable: float  # how sure, on any scale
    abstained: bool = False
    rank: int | None = None  # of the item's own text among the texts that were found
    found: bool = False  # whether a search was made

    @property
    def overlap(self) -> float:
        """F1 with the best accepted answer; of a question without one, whether nothing was said."""
        if not self.item.answers:
            return float(self.abstained)
        return measure.f1(self.said, self.item.answers, squad_normalise)


def read(item: Item, model: ReadingModel, embedder: Embedder) -> Read:
    """The best span of the text, cut as an article would be, and the best verdict on its passages."""
    article = Article(id="x", source="x", text=item.text)  # no title: benchmarks give the text alone
    cut = split(article, embedder.token_ends, window=embedder.passage_tokens)
    hits = (qa.Hit(passage, "x", "", 1.0, {}) for passage in cut.passages)
    texts = [text_of(page_of(hit, cut.article, cut.sentences)) for hit in hits]
    readings = model.read(item.question, texts)
    said, sentence, _ = max(_candidates(texts, readings), key=lambda c: c[2])
    return Read(item, said, sentence, max(r.answerable for r in readings))


def _candidates(texts: Sequence[Text], readings: Sequence[Reading]) -> Iterator[tuple[str, str, float]]:
    for text, reading in zip(texts, readings, strict=True):
        for sentence, found in zip(text.sentences, reading.spans, strict=True):
            if found:
                yield found[0].cut(text.text), sentence.cut(text.text), found[1]


def measure_benchmark(
    benchmark: Benchmark,
    *,
    whole_system: bool,
    model: ReadingModel | None = None,
    progress: Progress = lambda _done, _total: None,
) -> list[Read]:
    """Every item read, or asked."""
    if whole_system:
        return _ask_all(benchmark, progress)
    model, embedder = model or ReadingModel(), Embedder()
    reads = []
    for number, item in enumerate(benchmark.items, start=1):
        if item.text.strip():  # some quiz questions cite nothing
            reads.append(read(item, model, embedder))
        progress(number, len(benchmark.items))
    return reads


def _ask_all(benchmark: Benchmark, progress: Progress) -> list[Read]:
    articles = [
        Article(id=f"text-{i}", source=f"text-{i}", text=page.text.encode("utf-8", "replace").decode(), title=" ".join(page.title.split()))
        for i, page in enumerate(benchmark.pages)
    ]  # fmt: skip
    groups = {article.id: page.group for article, page in zip(articles, benchmark.pages, strict=True)}
    total = len(articles) + len(benchmark.items)
    reads = []
    with tempfile.TemporaryDirectory() as scratch, qa.open(Path(scratch) / "index") as library:
        for start in range(0, len(articles), 500):
            library.add(*articles[start : start + 500])
            progress(min(start + 500, len(articles)), total)
        for number, item in enumerate(benchmark.items, start=1):
            answer = library.ask(item.question)
            own = [groups[hit.passage.article_id] for hit in answer.hits]
            rank = own.index(item.group) + 1 if item.group in own else None
            said = answer.short or answer.text
            reads.append(Read(item, said, answer.text, answer.confidence, answer.abstained, rank, found=True))
            progress(len(articles) + number, total)
    return reads


# -- measures ----------------------------------------------------------------------------------------------


def best_f1(reads: Sequence[Read]) -> float:
    """Mean F1 over all questions at the best threshold on the verdict (SQuAD 2.0's best_f1, which is tuned on the test)."""
    gained = sum(not r.item.answers for r in reads)
    best = value = float(gained)
    for r in sorted(reads, key=lambda r: -r.answerable):
        value += r.overlap if r.item.answers else -1.0
        best = max(best, value)
    return best / len(reads)


def chosen(read: Read) -> str:
    """The choice of a quiz that shares the most words with what was said; none when there is a tie or nothing shared."""
    shares = [
        max(measure.f1(read.said, [c]), 0.5 * measure.holds(read.sentences, [c])) for c in read.item.choices
    ]
    best = max(shares)
    return read.item.choices[shares.index(best)] if best > 0 and shares.count(best) == 1 else ""


def table(reads: Sequence[Read]) -> Iterator[tuple[str, Estimate]]:
    """Every measure that these reads have."""
    known = [r for r in reads if r.item.answers]
    unknown = [r for r in reads if not r.item.answers]
    asked = any(r.found for r in reads)
    yield from _reading(known, asked=asked)
    if asked:
        yield from _searching(reads, known, unknown)
    if known and unknown:
        sides = ([r.item.group for r in known], [r.item.group for r in unknown])
        sure, unsure = [r.answerable for r in known], [r.answerable for r in unknown]
        interval = intervals.auroc_interval(sure, unsure, sides)
        yield "AUROC of answerability", Estimate(measure.auroc(sure, unsure), len(reads), *interval)
        if not asked and not any(r.item.reference for r in reads):
            yield "F1, best threshold", Estimate(best_f1(reads), len(reads))


def _reading(known: Sequence[Read], *, asked: bool) -> Iterator[tuple[str, Estimate]]:
    short = [r for r in known if not r.item.reference]
    long = [r for r in known if r.item.reference]
    given = "answerable" if not asked else "answerable, silence is 0"
    if short:
        yield (
            f"EM, {given}",
            mean(short, lambda r: measure.exact_match(r.said, r.item.answers, squad_normalise)),
        )
        yield f"F1, {given}", mean(short, lambda r: r.overlap)
        yield f"holds the answer, {given}", mean(short, lambda r: measure.holds(r.sentences, r.item.answers))
    if long:
        yield f"ROUGE-L, {given}", mean(long, lambda r: measure.rouge_l(r.sentences, r.item.reference))
        yield "says a right sentence", mean(long, _says_right)
    if quiz := [r for r in known if r.item.choices]:
        yield "right choice", mean(quiz, lambda r: float(chosen(r) in r.item.answers))


def _says_right(read: Read) -> float:
    said = measure.normalise(read.sentences)
    return float(
        any(measure.normalise(s) in said or said in measure.normalise(s) for s in read.item.sentences if said)
    )


def _searching(
    reads: Sequence[Read], known: Sequence[Read], unknown: Sequence[Read]
) -> Iterator[tuple[str, Estimate]]:
    if any(r.rank for r in reads):
        for k in (1, 5, 10):
            yield f"its text in the first {k}", mean(known, lambda r, k=k: float((r.rank or 99) <= k))  # type: ignore[misc]
    if known:
        yield "answered, answerable", mean(known, lambda r: float(not r.abstained))
    if unknown:
        yield "answered, unanswerable", mean(unknown, lambda r: float(not r.abstained))
    given = [r for r in reads if not r.abstained]
    if given:
        yield "of the answers given, right", mean(given, _is_right)


def _is_right(read: Read) -> float:
    item = read.item
    if item.choices:
        return float(chosen(read) in item.answers)
    if item.reference:
        return _says_right(read)
    return measure.holds(read.sentences, item.answers) if item.answers else 0.0


def mean(reads: Sequence[Read], value: Callable[[Read], float]) -> Estimate:
    """A mean over reads with its interval, by text."""
    values = [value(r) for r in reads]
    interval = intervals.mean_interval(values, [r.item.group for r in reads])
    return Estimate(math.fsum(values) / len(values), len(values), *interval)


def benchmark_lines(reads: Sequence[Read]) -> Iterator[str]:
    """The table for a terminal."""
    answerable = sum(bool(r.item.answers) for r in reads)
    yield f"{len(reads):,} questions ({answerable:,} answerable) on {len({r.item.group for r in reads}):,} texts"
    for name, one in table(reads):
        interval = "" if one.low is None else f"[{one.low:.3f}, {one.high:.3f}]"
        yield f"  {name:42}{one.value:>7.3f}  {interval:<16}{one.questions:>6}"


def main() -> int:
    """Run one benchmark, with any reading model."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks", description=__doc__)
    parser.add_argument("benchmark", choices=["squad", *LAYOUTS])
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--model", type=Path, metavar="DIR", help="folder of a reader.onnx (default: the shipped one)"
    )
    parser.add_argument("--sample", type=int, metavar="N")
    given = parser.parse_args()
    model = ReadingModel(given.model, digest=None) if given.model else ReadingModel()
    name = "squad2" if given.benchmark == "squad" else given.benchmark
    benchmark = load_benchmark(name, given.file, sample=given.sample)
    from qa.bar import Bar

    with Bar() as bar:
        reads = measure_benchmark(benchmark, whole_system=False, model=model, progress=bar.count)
    sys.stdout.writelines(f"{line}\n" for line in benchmark_lines(reads))
    return 0


if __name__ == "__main__":
    sys.exit(main())
