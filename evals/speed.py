"""How fast it is here: indexing, opening and asking, as medians of several runs in this process.

    python -m evals.speed [SOURCE…] [--runs N]

Without sources the sample newspaper is measured. Compare ratios within one run: machines differ.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import qa

from . import gold_path, newspaper
from .gold import load


@dataclass(frozen=True, slots=True)
class Speed:
    """One measurement. Seconds unless the name says otherwise."""

    articles: int
    passages: int
    first_index: tuple[float, ...]  # of each run
    unchanged_index: tuple[float, ...]
    ask_ms: tuple[float, ...]  # of each question, the first one left out
    peak_mb: float  # of the whole process
    disk_mb: float  # of the index


def measure(sources: Sequence[str | Path], questions: Sequence[str], *, runs: int) -> Speed:
    """Index the sources into fresh indexes and ask the questions of the last one."""
    first: list[float] = []
    unchanged: list[float] = []
    asked: list[float] = []
    articles = passages = 0
    disk = 0.0
    for run in range(runs):
        with tempfile.TemporaryDirectory() as scratch:
            with qa.open(Path(scratch) / "index") as library:
                library.index.embedder.embed(["warm up"])
                first.append(_seconds(library, sources))
                unchanged.append(_seconds(library, sources))
                articles, passages = (
                    library.index.catalogue.count_articles(),
                    library.index.catalogue.count_passages(),
                )
                if run == runs - 1:
                    asked = [library.ask(question).timings["total_ms"] for question in questions][1:]
            disk = sum(p.stat().st_size for p in Path(scratch).rglob("*") if p.is_file()) / 1e6
    return Speed(articles, passages, tuple(first), tuple(unchanged), tuple(asked), peak_memory_mb(), disk)


def peak_memory_mb() -> float:
    """The most memory that this process has held at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def lines(speed: Speed) -> list[str]:
    """The measurement as a table."""
    index = statistics.median(speed.first_index)
    tenths = statistics.quantiles(speed.ask_ms, n=20)
    return [
        f"{speed.articles:,} articles, {speed.passages:,} passages; median of {len(speed.first_index)} runs",
        f"indexing           {index:8.2f} s   {speed.passages / index:,.0f} passages/s",
        f"indexing unchanged {statistics.median(speed.unchanged_index):8.2f} s",
        f"answer, median     {statistics.median(speed.ask_ms):8.0f} ms  p95 {tenths[18]:,.0f} ms, {len(speed.ask_ms)} questions",
        f"peak memory        {speed.peak_mb:8.0f} MB",
        f"index on disk      {speed.disk_mb:8.1f} MB",
    ]


def _seconds(library: qa.Library, sources: Sequence[str | Path]) -> float:
    start = time.perf_counter()
    library.add(*sources)
    return time.perf_counter() - start


def main() -> int:
    """The program `python -m evals.speed`."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.speed", description="Measure indexing and answering on this machine."
    )
    parser.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="files and folders (default: the sample newspaper)"
    )
    parser.add_argument("--runs", type=int, default=3, help="how often to index afresh (default: 3)")
    options = parser.parse_args()
    questions = [gold.question for gold in load(gold_path())][:60]
    sys.stdout.write(
        "\n".join(lines(measure(options.sources or [newspaper()], questions, runs=options.runs))) + "\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
