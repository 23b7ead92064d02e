"""Ours and its peers over the same articles: each in a process of its own, in turn, several times.

The peers that are not part of this project's environment are laid over it in a folder of their own (`install`): torch,
sentence-transformers and Chroma are then the same for all. What they need beyond that stands, pinned, in peers.txt.
"""

import importlib.metadata
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import qa
from indexes import QAError
from indexes.weights import default_folder

from . import lap
from .lap import Job, Run
from .peers import SYSTEMS

PINS = Path(__file__).with_name("peers.txt")
# Nothing is fetched and nothing is told to anyone while a peer runs.
QUIET = {
    "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": "False",
    "DO_NOT_TRACK": "1", "LANGSMITH_TRACING": "false", "TOKENIZERS_PARALLELISM": "true", "PYTHONWARNINGS": "ignore",
}  # fmt: skip


class SpeedError(QAError):
    """Something cannot be measured as asked."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The middle of several runs of one system and, behind the values, their ends."""

    runs: tuple[Run, ...]

    def rate(self, run: Run) -> float:
        """Passages indexed in a second."""
        return run.passages / run.index_s

    @property
    def rates(self) -> tuple[float, float, float]:
        """Passages/s: median, least, most."""
        return spread([self.rate(run) for run in self.runs])

    @property
    def article_rates(self) -> tuple[float, float, float]:
        """Articles/s: median, least, most."""
        return spread([run.articles / run.index_s for run in self.runs])

    @property
    def piece_rates(self) -> tuple[float, float, float]:
        """Word pieces that the model read, a second: median, least, most."""
        return spread([sum(run.lengths) / run.index_s for run in self.runs])

    def median(self, of: Callable[[Run], float]) -> float:
        """The median of a value over the runs."""
        return statistics.median(of(run) for run in self.runs)


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Median, least and most."""
    return statistics.median(values), min(values), max(values)


def ratio(ours: Summary, other: Summary) -> tuple[float, float, float]:
    """How many times as fast ours is in articles/s, run beside run: median, least, most."""
    pairs = zip(ours.runs, other.runs, strict=False)
    return spread([o.index_s / w.index_s for w, o in pairs])


# -- the peers' packages ---------------------------------------------------------------------------------------


def packages_folder() -> Path:
    """Where the peers' packages are laid: $XDG_CACHE_HOME/verbatim-qa/peers-PYTHON."""
    home = os.environ.get("XDG_CACHE_HOME")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return (Path(home) if home else Path.home() / ".cache") / "verbatim-qa" / f"peers-{version}"


def install_command(folder: Path) -> list[str]:
    """What lays the peers' packages there."""
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps"]
    return [*pip, "--upgrade", "--target", str(folder), "-r", str(PINS)]


def install(folder: Path) -> None:
    """Lay the peers' packages into a folder; nothing of this environment changes. Raises SpeedError."""
    done = folder / "installed.txt"
    wanted = PINS.read_text(encoding="utf-8")
    if done.is_file() and done.read_text(encoding="utf-8") == wanted:
        return
    if subprocess.run(install_command(folder), stdout=sys.stderr, check=False).returncode:
        raise SpeedError(f"the peers could not be installed; see above, or try: {_shell(folder)}")
    done.write_text(wanted, encoding="utf-8")


def missing(system: str, folder: Path) -> list[str]:
    """The distributions that a system needs and that are neither in this environment nor in the folder."""
    found = {_plain(d.metadata["Name"]) for d in importlib.metadata.distributions(path=[str(folder)])}
    return [name for name in SYSTEMS[system].needs if _plain(name) not in found and not _installed(name)]


def left_out(systems: Sequence[str], folder: Path) -> dict[str, str]:
    """System → why it cannot be measured here, with the command that changes it."""
    lacking = {system: missing(system, folder) for system in systems}
    return {
        system: f"{', '.join(names)} not installed; run: {_shell(folder)}"
        for system, names in lacking.items()
        if names
    }


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _shell(folder: Path) -> str:
    return " ".join(["python -m", *install_command(folder)[2:]])


# -- the race --------------------------------------------------------------------------------------------------


def race(
    articles: Sequence[qa.Article],
    systems: Sequence[str],
    *,
    runs: int,
    questions: Sequence[str] = (),
    folder: Path | None = None,
    window: int = 256,
    model: Path | None = None,
    between: Callable[[int], None] = lambda _: None,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Summary]:
    """Each system `runs` times, in turn, so that what disturbs the machine disturbs them all.

    Every round begins with another system; `between` is called before each, with its number. Raises SpeedError when a system fails.
    """
    found: dict[str, list[Run]] = {system: [] for system in systems}
    with tempfile.TemporaryDirectory(prefix="verbatim-speed-") as scratch:
        rows = [{"id": a.id, "title": a.title, "text": a.text} for a in articles]
        shared = Path(scratch) / "articles.json"
        shared.write_text(json.dumps(rows), encoding="utf-8")
        for round_ in range(runs):
            between(round_ + 1)
            turn = round_ % len(systems)
            for system in (*systems[turn:], *systems[:turn]):
                place = Path(scratch) / f"{system}-{round_}"
                job = Job(
                    system,
                    str(shared),
                    str(model or default_folder()),
                    window,
                    str(place),
                    tuple(questions),
                )
                run = run_alone(job, Path(scratch), folder)
                found[system].append(run)
                tell(f"run {round_ + 1} of {runs}: {system} {run.passages / run.index_s:,.0f} passages/s")
    return {system: Summary(tuple(done)) for system, done in found.items()}


def run_alone(job: Job, scratch: Path, folder: Path | None = None) -> Run:
    """One system in a process of its own. Raises SpeedError with the last line of what it said."""
    request = scratch / "job.json"
    request.write_text(json.dumps(asdict(job)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", str(Path(lap.__file__)), str(request)],
        capture_output=True,
        env=environment(folder if job.system != "verbatim" else None),
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise SpeedError(f"{job.system} could not be measured: {said[-1] if said else done.returncode}")
    row = json.loads(done.stdout)
    return Run(**{**row, "lengths": tuple(row["lengths"]), "search_ms": tuple(row["search_ms"])})


def environment(folder: Path | None = None) -> dict[str, str]:
    """That of a measured process: this one's, with the peers' packages before all others, and no network."""
    root = str(Path(qa.__file__).parent.parent)
    paths = [str(folder)] if folder else []
    paths += [root, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    kept = {k: v for k, v in os.environ.items() if k not in ("QA_CHROMA", "QA_LLM", "QA_INDEX")}
    return kept | QUIET | {"PYTHONPATH": os.pathsep.join(p for p in paths if p)}
