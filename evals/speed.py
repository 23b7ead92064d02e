"""How fast it is on this machine, beside what people use instead: make bench

Ours and its peers index the same articles with the same model and passages of the same size, each in a process of its
own, in turn. Compare ratios within one run: machines differ, and so do their hours.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import qa
from indexes import QAError
from indexes.embed import Embedder
from indexes.split import passage_input, split

from . import gold_path, newspaper
from .gold import load
from .growth import grow, measure, read_articles, sample
from .limit import Limit, limits_alone, profile_alone
from .peers import SYSTEMS
from .race import SpeedError, install, left_out, packages_folder, race
from .speed_report import Findings, report_lines, write_report

QUESTIONS = 60  # that are searched in a race
ASKED = 200  # titles at most that are asked where there are no questions
PROFILED = 512  # passages that are embedded under the profiler
EXAMPLES = """
examples:
  python -m evals.speed                                     ours and the peers, five times each, over 400 articles of the sample newspaper
  python -m evals.speed --install                           the same, the peers' packages installed first in a folder of their own
  python -m evals.speed articles/ --articles 1000 --out report
  python -m evals.speed --systems verbatim --profile        ours alone, and where its time goes
  python -m evals.speed --sizes 1000,10000,100000           cost against size
  python -m evals.speed --index .index --questions q.jsonl  what an index that is there costs to ask
  python -m evals.speed --index .index --sizes 1000,10000   cost against size with the articles and vectors of that index
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The program `python -m evals.speed`."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except QAError as error:
        sys.stderr.write(f"speed: {error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals.speed", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )  # fmt: skip
    parser.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="files and folders (default: the sample newspaper)"
    )
    parser.add_argument(
        "--articles", type=_positive, default=400, metavar="N",
        help="articles that each system indexes (default: 400); where the sources have fewer, some are taken again with other words in them",
    )  # fmt: skip
    parser.add_argument("--runs", type=_positive, default=5, metavar="N", help="runs of each (default: 5)")
    parser.add_argument(
        "--systems", type=_systems, default=tuple(SYSTEMS), metavar="A,B", help=f"only these of: {', '.join(SYSTEMS)}"
    )  # fmt: skip
    parser.add_argument(
        "--install", action="store_true", help=f"install the peers' packages first, in {packages_folder()}"
    )
    parser.add_argument(
        "--profile", action="store_true", help="also where the time of embedding goes, by operator"
    )
    parser.add_argument(
        "--sizes", type=_sizes, default=(), metavar="N,N",
        help="instead: an index that grows to these numbers of passages, asked at each",
    )  # fmt: skip
    parser.add_argument(
        "--index",
        type=Path,
        metavar="DIR",
        help="instead: what this index costs to ask; its articles are not changed",
    )
    parser.add_argument(
        "--questions", type=Path, metavar="FILE.jsonl",
        help="rows with `question` (default: the newspaper's gold questions; of other articles, their titles)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="also write speed.md, speed.json and plots there"
    )
    return parser


def _run(options: argparse.Namespace) -> int:
    start = time.monotonic()

    def tell(line: str) -> None:
        sys.stderr.write(f"{time.monotonic() - start:7.0f} s  {line}\n")
        sys.stderr.flush()

    if options.sizes:
        found = _growth(options, tell)
    elif options.index:
        cost = measure(options.index, _questions(options, _titles(options.index)))
        found = Findings(f"The index {options.index}.", costs=[cost])
    else:
        found = _race(options, tell)
    sys.stdout.write("\n".join(report_lines(found)) + "\n")
    if options.out:
        for path in write_report(found, options.out):
            tell(f"written: {path}")
    return 0


def _race(options: argparse.Namespace, tell: Callable[[str], None]) -> Findings:
    folder = packages_folder()
    if options.install:
        tell(f"installing the peers' packages in {folder}, unless they are there")
        install(folder)
    absent = left_out(options.systems, folder)
    systems = [system for system in options.systems if system not in absent]
    for why in dict.fromkeys(absent.values()):
        tell(f"left out: {why}")
    real = read_articles(options.sources or [newspaper()])
    articles = sample(real, options.articles)
    questions = _questions(options, [article.title for article in articles])[:QUESTIONS]
    limits: list[list[Limit]] = []

    def between(round_: int) -> None:
        limits.append(limits_alone())
        told = ", ".join(f"{limit.format} {limit.tflops:.2f} TFLOP/s" for limit in limits[-1])
        tell(f"round {round_} of {options.runs}; matrix products: {told}")

    summaries = race(
        articles, systems, runs=options.runs, questions=questions, folder=folder, between=between, tell=tell
    )
    profiled = profile_alone(_texts(articles)[:PROFILED]) if options.profile else None
    varied = max(0, len(articles) - len(real))
    made = f"{len(articles):,} articles" + (
        f", {varied:,} of them real ones with a third of their longer words swapped" if varied else ""
    )
    return Findings(f"{made}.", summaries, limits, profile=profiled, left_out=absent)


def _growth(options: argparse.Namespace, tell: Callable[[str], None]) -> Findings:
    if options.index:
        with qa.open(options.index, create=False) as library:
            articles = list(library.articles())
        of = f"the index {options.index}, its vectors taken as they are"
    else:
        articles = read_articles(options.sources or [newspaper()])
        of = ", ".join(map(str, options.sources)) or "the sample newspaper"
    questions = _questions(options, [article.title for article in articles])
    with tempfile.TemporaryDirectory(prefix="verbatim-speed-") as scratch:
        place = Path(scratch) / "index"
        costs = grow(place, articles, options.sizes, questions, stored=options.index, tell=tell)
    return Findings(f"{len(articles):,} articles of {of}.", costs=costs)


def _questions(options: argparse.Namespace, titles: Sequence[str]) -> list[str]:
    """The questions to ask: those of the file, the newspaper's gold ones, or titles. Raises SpeedError."""
    if options.questions:
        return read_questions(options.questions)
    if not options.sources and not options.index:
        return [gold.question for gold in load(gold_path())]
    named = list(dict.fromkeys(title for title in titles if title.strip()))
    if not named:
        raise SpeedError("no article has a title that could be asked; name questions with --questions")
    return [named[i * len(named) // ASKED] for i in range(ASKED)] if len(named) > ASKED else named


def read_questions(path: Path) -> list[str]:
    """The questions of a file of JSON rows. Raises SpeedError that names the line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SpeedError(f"the questions {path} cannot be read: {error}; name another file") from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line) if line.strip() else None
        except ValueError as error:
            raise SpeedError(f'{path}#{number} is not a line of JSON; write {{"question": "…"}}') from error
        if row is not None:
            question = row.get("question") if isinstance(row, dict) else None
            if not isinstance(question, str) or not question.strip():
                raise SpeedError(f"{path}#{number} has no field 'question' with text; write one")
            found.append(question)
    if not found:
        raise SpeedError(f'{path} holds no questions; write a row {{"question": "…"}}')
    return found


def _titles(place: Path) -> list[str]:
    with qa.open(place, create=False) as library:
        return [article.title for article in library.articles()]


def _texts(articles: Sequence[qa.Article]) -> list[str]:
    """What is embedded of the articles."""
    embedder = Embedder()
    cuts = (split(article, embedder.token_ends, window=embedder.passage_tokens) for article in articles)
    return [passage_input(cut.heading, passage.text) for cut in cuts for passage in cut.passages]


def _positive(text: str) -> int:
    value = int(text) if text.isascii() and text.isdigit() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted({_positive(part.strip()) for part in text.split(",")}))


def _systems(text: str) -> tuple[str, ...]:
    named = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [name for name in named if name not in SYSTEMS]
    if unknown or not named:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown) or text!r}: choose from {', '.join(SYSTEMS)}")
    return tuple(name for name in SYSTEMS if name in named)


if __name__ == "__main__":
    sys.exit(main())
