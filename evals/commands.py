"""qa eval: parse, call one function, print.

Exit 0: passed; 1: the gate failed; 2: something that you can fix, said in one line; 3: gold, articles, floors or settings
changed and nobody blessed it; 4: not every question was answered.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexes.cores import allowed_cores
from indexes.errors import GoldError
from qa.options import Commands

from .gold_commands import about, add_gold, count, opened

if TYPE_CHECKING:
    from qa import Library

    from .scored import Scored
    from .types import GoldQuestion

HERE = Path(__file__).parent
AGAIN = 20  # questions that a gate asks a second time
BENCHMARKS = ("squad1.1", "squad2", "squadshifts", "xquad", "newsqa", "clapnq", "realtimeqa", "qed")


def add_commands(commands: Commands) -> None:
    """Give the program `qa` its commands `eval` and `gold`."""
    evaluate = commands.add_parser(
        "eval", help="score the answers to gold questions; gate a change", description=about(run_eval)
    )
    evaluate.add_argument(
        "action",
        nargs="?",
        choices=["score", "bless", "selftest"],
        default="score",
        help="score (default); bless: make this run the baseline; selftest: prove that the gate can fail",
    )
    evaluate.add_argument(
        "--gold",
        metavar="FILE.jsonl",
        type=Path,
        help="gold questions (default: those of the sample newspaper)",
    )
    evaluate.add_argument(
        "--index", metavar="DIR", help="the index to ask (default: a fresh one of the sample newspaper)"
    )
    evaluate.add_argument(
        "--answers", metavar="FILE.jsonl", type=Path, help="score these answers instead of asking"
    )
    evaluate.add_argument(
        "--beside", metavar="NAME=FILE.jsonl", help="another system's answers, compared question by question"
    )
    evaluate.add_argument(
        "--gate", action="store_true", help="check invariants, floors and regression; exit 0 to 4"
    )
    evaluate.add_argument(
        "--baseline",
        metavar="FILE",
        type=Path,
        help="what to compare with (default: baseline.json beside the gold file)",
    )
    evaluate.add_argument(
        "--floors",
        metavar="FILE",
        type=Path,
        help="what to ask for (default: floors.toml beside the gold file)",
    )
    evaluate.add_argument("--reason", metavar="TEXT", default="", help="with bless: why the baseline changes")
    evaluate.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help="write report.html, report.json, junit.xml and summary.md there",
    )
    evaluate.add_argument("--json", action="store_true", help="print the whole report as JSON")
    evaluate.add_argument(
        "--jobs", type=count, metavar="N", help="questions asked at a time (default: one a core)"
    )
    evaluate.add_argument(
        "--fresh", action="store_true", help="ask again what the same system answered before"
    )
    evaluate.add_argument("--benchmark", choices=BENCHMARKS, help="measure a public benchmark instead")
    evaluate.add_argument("--data", metavar="PATH", type=Path, help="with --benchmark: its file or folder")
    evaluate.add_argument(
        "--open", action="store_true", help="with --benchmark: ask the whole system over all its texts"
    )
    evaluate.add_argument(
        "--sample", type=count, metavar="N", help="with --benchmark: only so many questions"
    )
    evaluate.set_defaults(run=run_eval)
    add_gold(commands)


def run_eval(options: argparse.Namespace) -> int:
    """Score, gate, bless or test the gate.

    Scores the answers of an index to gold questions. With --gate the exit status tells whether a change may go in: 0 it
    may, 1 it made something worse or is below a floor, 2 something to mend, 3 gold, articles, floors or settings changed
    without bless, 4 not every question was answered.
    """
    if options.benchmark:
        return _benchmark(options)
    if options.data or options.open or options.sample:
        raise GoldError("--data, --open and --sample belong to --benchmark NAME")
    from . import gold_path
    from .gold import load

    gold_file = options.gold or gold_path()
    if options.gold and not options.index:
        raise GoldError(
            "name the index that the gold questions are asked of: qa eval --gold FILE --index DIR"
        )
    gold = load(gold_file)
    with _asked(options.index) as library:
        if options.action == "selftest":
            return _selftest(options, library, gold, gold_file)
        scored = _score(options, library, gold, gold_file)
    return _finish(options, scored, gold_file)


def _score(
    options: argparse.Namespace, library: "Library", gold: "tuple[GoldQuestion, ...]", gold_file: Path
) -> "Scored":
    from .answers import Cache, read_answers
    from .baseline import folder_digest, load_baseline, lock_of
    from .compare import compare
    from .estimate import estimates
    from .gate import judge_run, load_floors
    from .run import run, score
    from .scored import Scored
    from .system import cache_folder, key_of

    baseline_file = options.baseline or gold_file.with_name("baseline.json")
    floors_file = options.floors or gold_file.with_name("floors.toml")
    gating = options.gate or options.action == "bless"
    floors = load_floors(floors_file) if gating else None
    baseline = None
    if options.action == "score" and (options.baseline or baseline_file.exists()):
        baseline = load_baseline(baseline_file)
    if options.answers:
        report = score(library, gold, read_answers(options.answers, gold, library.articles()))
    else:
        cache = None if options.fresh else Cache(cache_folder(), key_of(library))
        with _bar() as bar:
            report = run(library, gold, progress=bar.count, jobs=options.jobs or allowed_cores(), cache=cache)
    beside = None
    if options.beside:
        name, _, path = options.beside.rpartition("=")
        other = score(library, gold, read_answers(Path(path), gold, library.articles()))
        beside = (name or Path(path).stem, other)
    found = estimates(report)
    comparison = compare(baseline.report, report) if baseline else None
    verdict = None
    lock: dict[str, str] = {}
    if floors:
        articles = report.index if options.index else folder_digest(HERE / "newspaper")
        lock = lock_of(report, articles=articles, floors=floors.digest)
        again = None if options.answers else run(library, gold[:: max(1, len(gold) // AGAIN)])
        verdict = judge_run(
            report, found, floors, lock=lock, baseline=baseline, comparison=comparison, again=again
        )
    return Scored(
        name="verbatim" if not options.answers else options.answers.stem,
        gold=gold,
        report=report,
        estimates=found,
        lock=lock,
        baseline_reason=baseline.reason if baseline else "",
        comparison=comparison,
        verdict=verdict,
        beside=beside,
        command="qa " + " ".join(sys.argv[1:]),
    )


def _finish(options: argparse.Namespace, scored: "Scored", gold_file: Path) -> int:
    from .baseline import save_baseline
    from .compare import comparison_lines
    from .exchange import write_all
    from .gate import verdict_lines
    from .report import report_json, report_lines

    if options.out:
        write_all(options.out, scored)
    if options.json:
        print(report_json(scored.report, scored.estimates))
    else:
        print("\n".join(report_lines(scored.report, scored.estimates)))
        if scored.comparison:
            print("", *comparison_lines(scored.comparison), sep="\n")
    if options.action == "bless":
        path = options.baseline or gold_file.with_name("baseline.json")
        save_baseline(path, scored.report, scored.lock, options.reason)
        print(f"\nblessed: {path}", file=sys.stderr)
        return 0
    if options.out:
        print(
            f"\nwritten: {options.out}/report.html, report.json, junit.xml, summary.md, speed.json",
            file=sys.stderr,
        )
    if options.gate and scored.verdict:
        print("", *verdict_lines(scored.verdict), sep="\n", file=sys.stderr if options.json else sys.stdout)
        return scored.verdict.status
    return 0


def _selftest(
    options: argparse.Namespace, library: "Library", gold: "tuple[GoldQuestion, ...]", gold_file: Path
) -> int:
    from .gate import load_floors
    from .selftest import selftest, selftest_lines

    floors = load_floors(options.floors or gold_file.with_name("floors.toml"))
    with _bar() as bar:
        trials = selftest(library, gold, floors, progress=bar.count, jobs=options.jobs or allowed_cores())
    print("\n".join(selftest_lines(trials)))
    return 0 if all(trial.as_it_should for trial in trials) else 1


def _benchmark(options: argparse.Namespace) -> int:
    from .benchmarks import benchmark_lines, measure_benchmark
    from .layouts import load_benchmark

    if not options.data:
        raise GoldError(f"name its file: qa eval --benchmark {options.benchmark} --data FILE")
    benchmark = load_benchmark(options.benchmark, options.data, sample=options.sample)
    with _bar() as bar:
        reads = measure_benchmark(benchmark, whole_system=options.open, progress=bar.count)
    print("\n".join(benchmark_lines(reads)))
    return 0


@contextmanager
def _asked(index: str | None) -> "Iterator[Library]":
    """The index to ask, or a fresh one of the sample newspaper."""
    import qa

    from . import newspaper

    if index:
        with opened(index) as library:
            yield library
        return
    with tempfile.TemporaryDirectory() as scratch, qa.open(Path(scratch) / "index") as library:
        with _bar() as bar:
            library.add(newspaper(), progress=bar.show)
        yield library


def _bar() -> Any:
    from qa.bar import Bar

    return Bar()
