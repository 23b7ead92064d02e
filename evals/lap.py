"""One system indexes articles in a process of its own, and says what it cost: python -P evals/lap.py JOB.json

Run by its path, so that nothing of ours is loaded beside a peer. `race.py` starts these processes and compares them.
"""

import importlib
import importlib.metadata
import json
import os
import resource
import runpy
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Job:
    """What a process is to do."""

    system: str
    articles: str  # a file: a JSON array of {id, title, text}
    model: str  # a folder
    window: int  # word pieces that the model reads of a text, its two marks included
    place: str  # a folder that does not exist yet
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What one system did in one process. Seconds, unless the name says otherwise."""

    system: str
    versions: str
    articles: int
    passages: int
    word_pieces: int  # of all passages as they were embedded, with what the model does not read of them
    lengths: tuple[int, ...]  # of each passage in word pieces, as far as the model reads it, marks included
    import_s: float
    load_s: float  # the model, until it has embedded a first text
    index_s: float  # from articles in memory to a searchable index on disk
    cpu_s: float  # processor time of all threads and child processes meanwhile
    embed_s: (
        float | None
    )  # embedding the same passages once more and storing nothing, where it can be had alone
    engine: str | None  # what ours embedded with
    peak_mb: float  # most memory held at once until then
    disk_mb: float  # of the index; 0 where there is none
    search_ms: tuple[float, ...]  # the nearest passages to each question


def perform(job: Job) -> Run:
    """Do it, with a clock on each step."""
    with Path(job.articles).open(encoding="utf-8") as file:
        articles: list[dict[str, str]] = json.load(file)
    peers = runpy.run_path(str(Path(__file__).with_name("peers.py")))
    system = peers["SYSTEMS"][job.system](job, articles)
    import_s = _seconds(lambda: [importlib.import_module(name) for name in system.modules])
    load_s = _seconds(system.ready)
    before = _processor_seconds()
    index_s = _seconds(system.index)
    cpu_s = _processor_seconds() - before
    peak = peak_memory_mb()
    texts = list(system.texts())
    embeds = type(system).embed is not peers["System"].embed
    embed_s = _seconds(lambda: system.embed(texts)) if embeds else None
    searched = [_seconds(lambda q=question: system.search(q)) * 1e3 for question in job.questions]  # type: ignore[misc]  # a default binds the loop's value
    index_s += _seconds(system.close)
    counts = [len(encoded.ids) for encoded in peers["tokenizer_in"](job.model).encode_batch(texts)]
    return Run(
        system=job.system,
        versions=", ".join(f"{name} {importlib.metadata.version(name)}" for name in system.needs),
        articles=len(articles),
        passages=len(texts),
        word_pieces=sum(counts),
        lengths=tuple(min(count, job.window) for count in counts),
        import_s=import_s,
        load_s=load_s,
        index_s=index_s,
        cpu_s=cpu_s,
        embed_s=embed_s,
        engine=system.engine(),
        peak_mb=peak,
        disk_mb=disk_mb(Path(job.place)),
        search_ms=tuple(searched[1:])
        if disk_mb(Path(job.place))
        else (),  # the first loads what only asking needs
    )


def peak_memory_mb() -> float:
    """The most memory that this process has held at once."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss counts what the parent held when it started this process
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def disk_mb(folder: Path) -> float:
    """Size of the files below a folder, in 10⁶ bytes."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6


def _processor_seconds() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _seconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def main() -> int:
    """Read a job, do it, print what it cost."""
    row = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    answers = os.dup(1)  # what a library prints goes to stderr
    os.dup2(2, 1)
    run = perform(Job(**{**row, "questions": tuple(row["questions"])}))
    os.write(answers, json.dumps(asdict(run)).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
