"""Cost against size: an index that grows, or one that is there, asked by fresh processes.

Where the sources have too few passages, articles are taken again with other words in them. Vectors are embedded once:
what was taken again gets those of its original, each turned a little, so that no two are equal.
"""

import json
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import qa
from indexes import Index, settle
from indexes.clean import clean
from indexes.load import find_files, read_records
from indexes.sandbox import Sandbox
from indexes.split import passage_input, split
from indexes.types import Record, Split
from indexes.update import WINDOW

from .lap import disk_mb, peak_memory_mb
from .race import SpeedError, environment
from .report import percentile

SWAPPED = 0.35  # share of the longer words that are others in a varied article
TURNED = 0.35  # length of what is added to a unit vector: a cosine of 0.94 to the original's
WORD = re.compile(r"[^\W_]{4,}")
COLD_RUNS = 5
WARM = 5  # questions that are asked before the clock runs
COLD = (
    "import sys; from qa.cli import main; status = main(sys.argv[1:]); from evals.lap import peak_memory_mb;"
    " sys.stderr.write(f'\\npeak {peak_memory_mb():.1f}\\n'); sys.exit(status)"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What an index of some size costs to ask. Milliseconds, unless the name says otherwise."""

    articles: int
    passages: int
    varied: int  # articles that are others with words swapped
    index_s: float | None  # to write it with its vectors at hand; None where it was there
    questions: int
    chroma: str  # open where it answered, else the state in which it was
    retrieve: tuple[float, float]  # p50, p95
    answer: tuple[float, float]  # p50, p95: the whole of it, retrieval included
    peak_mb: float  # of a process that answers them all
    cold_s: tuple[float, float, float]  # `qa ask` in a fresh process: median, least, most
    cold_mb: float  # most that such a process held
    disk_mb: float


# -- articles --------------------------------------------------------------------------------------------------


def read_articles(sources: Sequence[str | Path]) -> list[qa.Article]:
    """The articles of files and folders as indexing would take them, each id once. Raises SpeedError when there are none."""
    found: dict[str, qa.Article] = {}
    with Sandbox() as sandbox:
        for file in find_files(sources):
            if isinstance(file, qa.Skipped):
                continue
            with file.path.open("rb") as stream:
                for record in read_records(file, stream, sandbox):
                    for article in clean(record) if isinstance(record, Record) else ():
                        found.setdefault(article.id, article)
    if not found:
        raise SpeedError(f"there are no articles in {', '.join(map(str, sources))}; name files or folders")
    return list(found.values())


def sample(articles: Sequence[qa.Article], size: int) -> list[qa.Article]:
    """So many articles, evenly drawn; where there are fewer, varied ones are added."""
    if size <= len(articles):
        return [articles[i * len(articles) // size] for i in range(size)]
    return [article for article, _ in zip(endless(articles), range(size), strict=False)]


def endless(articles: Sequence[qa.Article]) -> Iterator[qa.Article]:
    """The articles, then each again with other words in it, and again."""
    yield from articles
    words = sorted({word for article in articles for word in WORD.findall(article.text)})
    for round_ in count(1):
        for article in articles:
            yield varied(article, words, round_)


def varied(article: qa.Article, words: Sequence[str], round_: int) -> qa.Article:
    """An article with a third of its longer words swapped for others of the collection: no copy of the first."""
    luck = random.Random(f"{round_} {article.id}")

    def swap(match: re.Match[str]) -> str:
        return luck.choice(words) if luck.random() < SWAPPED else match.group()

    return replace(
        article,
        id=f"{article.id}~{round_}",
        title=WORD.sub(swap, article.title),
        text=WORD.sub(swap, article.text),
        url=None,
        parent=None,
    )


# -- vectors ---------------------------------------------------------------------------------------------------


class Vectors:
    """The vectors of articles' passages: stored ones, embedded ones, and turned ones for what was varied."""

    def __init__(self, index: Index, stored: Index | None = None) -> None:
        self._index = index
        self._held: dict[str, NDArray[np.float32]] = {}
        if stored is not None:
            self._held = _stored(stored)

    def prepare(self, articles: Iterable[qa.Article], size: int, tell: Callable[[str], None]) -> None:
        """Embed what is not held of the first articles that make `size` passages, many at a time."""
        waiting: list[tuple[str, list[str]]] = []
        passages = embedded = 0
        for article in articles:
            cut = self.cut(article)
            passages += len(cut.passages)
            held = self._held.get(article.id)
            if held is None or len(held) != len(cut.passages):
                waiting.append((article.id, [passage_input(cut.heading, p.text) for p in cut.passages]))
            if sum(len(texts) for _, texts in waiting) >= WINDOW or passages >= size:
                embedded += self._embed(waiting)
                waiting = []
                tell(f"{embedded:,} passages embedded")
            if passages >= size:
                return
        self._embed(waiting)

    def _embed(self, waiting: Sequence[tuple[str, list[str]]]) -> int:
        rows = self._index.embedder.embed([text for _, texts in waiting for text in texts])
        start = 0
        for article_id, texts in waiting:
            self._held[article_id] = rows[start : start + len(texts)]
            start += len(texts)
        return start

    def cut(self, article: qa.Article) -> Split:
        """The passages of an article."""
        embedder = self._index.embedder
        return split(article, embedder.token_ends, window=embedder.passage_tokens)

    def of(self, article: qa.Article, cut: Split) -> NDArray[np.float32]:
        """One unit vector a passage: those held, or, of a varied article, its original's turned."""
        original, _, round_ = article.id.partition("~")
        rows = self._held[original]
        return self._turned(rows, len(cut.passages), article.id) if round_ else rows

    def _turned(self, rows: NDArray[np.float32], size: int, seed: str) -> NDArray[np.float32]:
        luck = np.random.default_rng([ord(c) for c in seed])
        taken = rows[np.minimum(np.arange(size), len(rows) - 1)]
        noise = luck.standard_normal(taken.shape, np.float32)
        turned = taken + TURNED * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True), np.float32)


def _stored(index: Index) -> dict[str, NDArray[np.float32]]:
    """Article id → its passages' vectors in reading order, as an index holds them."""
    found: dict[str, list[tuple[int, NDArray[np.float16]]]] = {}
    with index.reading():
        for numbers, rows in index.catalogue.scan_vectors(echoes=True):
            for number, passage in index.passages(numbers.tolist()).items():
                row = rows[int(np.searchsorted(numbers, number))]
                found.setdefault(passage.article_id, []).append((passage.span.start, row))
    return {
        article_id: np.stack([row for _, row in sorted(parts, key=lambda part: part[0])]).astype(np.float32)
        for article_id, parts in found.items()
    }


# -- growing ---------------------------------------------------------------------------------------------------


def grow(
    place: Path,
    articles: Sequence[qa.Article],
    sizes: Sequence[int],
    questions: Sequence[str],
    *,
    stored: Path | None = None,
    cold_runs: int = COLD_RUNS,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Cost]:
    """One index, measured at each size in passages. `stored` is an index whose vectors are taken as they are."""
    source = endless(articles)
    with Index.open(place, create=True) as index:
        if stored is None:
            vectors = Vectors(index)
        else:
            with Index.open(stored) as old:
                vectors = Vectors(index, old)
        vectors.prepare(articles, max(sizes), tell)
    costs: list[Cost] = []
    taken = 0
    for size in sorted(sizes):
        start = time.perf_counter()
        with Index.open(place) as index, index.writing():
            while index.catalogue.count_passages() < size:
                article = next(source)
                cut = vectors.cut(article)
                index.catalogue.put(cut, vectors.of(article, cut), file=None)
                taken += 1
                if taken % 1_000 == 0:
                    tell(f"{index.catalogue.count_passages():,} of {size:,} passages")
            settle(index.catalogue)
            index.projection.catch_up()
        seconds = time.perf_counter() - start
        others = max(0, taken - len(articles))
        cost = measure(place, questions, varied_articles=others, index_s=seconds, cold_runs=cold_runs)
        tell(f"{cost.passages:,} passages: retrieval p95 {cost.retrieve[1]:.0f} ms")
        costs.append(cost)
    return costs


# -- measuring -------------------------------------------------------------------------------------------------


def measure(
    place: Path,
    questions: Sequence[str],
    *,
    varied_articles: int = 0,
    index_s: float | None = None,
    cold_runs: int = COLD_RUNS,
) -> Cost:
    """What it costs to ask an index, warm in one process and cold in several. Raises SpeedError."""
    done = _python("-m", "evals.growth", str(place), stdin=json.dumps(list(questions)))
    row = json.loads(done.stdout)
    cold = [_cold(place, questions[i % len(questions)]) for i in range(cold_runs)]
    walls = [wall for wall, _ in cold]
    return Cost(
        **{**row, "retrieve": tuple(row["retrieve"]), "answer": tuple(row["answer"])},
        varied=varied_articles,
        index_s=index_s,
        cold_s=(statistics.median(walls), min(walls), max(walls)),
        cold_mb=max(peak for _, peak in cold),
        disk_mb=disk_mb(place),
    )


def ask_all(place: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Ask the questions in this process, once Chroma is open or will not be: the fields of a Cost that it knows."""
    with qa.open(place, create=False) as library:
        for question in (list(questions) * WARM)[:WARM]:
            library.ask(question)
        library.index.projection.catch_up()
        asked = [library.ask(question).timings for question in questions]
        state = library.index.projection.state
        counted = library.index.catalogue.count_articles(), library.index.catalogue.count_passages()
    return {
        "articles": counted[0],
        "passages": counted[1],
        "questions": len(questions),
        "chroma": state,
        "retrieve": _percentiles([taken["retrieve_ms"] for taken in asked]),
        "answer": _percentiles([taken["total_ms"] for taken in asked]),
        "peak_mb": peak_memory_mb(),
    }


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    return percentile(values, 50), percentile(values, 95)


def _cold(place: Path, question: str) -> tuple[float, float]:
    """Seconds by the clock of `qa ask` in a fresh process, and the most memory it held."""
    start = time.perf_counter()
    done = _python("-c", COLD, "ask", question, "--index", str(place))
    return time.perf_counter() - start, float(done.stderr.rsplit("peak ", 1)[1])


def _python(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, *arguments], input=stdin, capture_output=True, text=True, env=environment(), check=False
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise SpeedError(f"the index could not be measured: {said[-1] if said else done.returncode}")
    return done


def cost_row(cost: Cost) -> dict[str, Any]:
    """As JSON has it."""
    return asdict(cost)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ask_all(Path(sys.argv[1]), json.loads(sys.stdin.read()))) + "\n")
