"""Killed anywhere, damaged anyhow: what was acknowledged is there, and every answer equals exact search."""

import contextlib
import json
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import crash
import pytest
from crash import assert_dense_is_exact, contents
from fakes import open_index
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from indexes import Index, Progress, Update, update, verify

# Nothing is lost there by a kill, and fsync costs nothing.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
NAMES = st.sampled_from(["a.txt", "b.txt", "c.txt", "d.txt", "sub/e.txt"])
# Where each file is cut, and where a bit is flipped.
PLACES = 2 if settings.default.max_examples <= 100 else 25
Change = tuple[str, str, str, set[int]]
ACTIONS = st.sampled_from(["write", "rows", "delete", "move", "copy"])
CHANGES = st.tuples(ACTIONS, NAMES, NAMES, st.sets(st.integers(1, 4), min_size=1, max_size=3))
SEVERAL = st.lists(CHANGES, max_size=4)


class Effects:
    """Runs `act` before the n-th effect of an update: a statement that changes the catalogue, a call that changes Chroma."""

    def __init__(self, index: Index, at: int, act: Callable[[], None]) -> None:
        self.left = at
        self.act = act
        for connection in index.catalogue._connections.values():
            connection.set_trace_callback(self.trace)
        collection = index.projection._opened()
        for name in ("mark", "upsert", "delete", "clear") if collection else ():
            setattr(collection, name, partial(self.call, getattr(collection, name)))

    def trace(self, statement: str) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "--")):
            self.count()

    def call(self, effect: Callable[..., None], *args: object, **named: object) -> None:
        self.count()
        effect(*args, **named)
        self.count()

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.act()


class Killed(RuleBasedStateMachine):
    """An index that is killed again and again, its twin that never is, and the folder that both follow."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = crash.small_steps()
        self.steps.__enter__()
        self.place = Path(tempfile.mkdtemp(prefix="verbatim-crash-", dir=MEMORY))
        self.folder = self.place / "articles"
        (self.folder / "sub").mkdir(parents=True)
        self.clock = count(1)
        self.lives = count(1)
        self.index = open_index(self.place / "life-0")
        self.twin = open_index(self.place / "twin")
        self.twin.projection.state = "elsewhere"  # one Chroma is enough: the twin scans

    def teardown(self) -> None:
        self.index.close()
        self.twin.close()
        self.steps.__exit__(None, None, None)
        shutil.rmtree(self.place)

    @initialize()
    def begin(self) -> None:
        for name in ("a.txt", "c.txt"):
            self.change(("write", name, name, set()))
            self.change(("rows", name, name, {1, 2}))

    # -- the folder ----------------------------------------------------------------------------------------

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(1, next(self.clock)))  # long ago, and each time later: its status can be trusted

    def change(self, change: Change) -> None:
        """One change of the folder; a change of what is not there does nothing."""
        action, old, new, rows = change
        path = self.folder / old
        if action == "write":
            number = next(self.clock)
            choice = random.Random(number).choices
            lines = [
                " ".join(choice(crash.WORDS, k=8)).capitalize() + f" {number}." for _ in range(number % 9 + 1)
            ]
            self.write(old, f"Title {number}\n\n{' '.join(lines)}")
        elif action == "rows":
            lines = [json.dumps({"text": f"Row {row} tells of the ferry."}) + "\n" for row in sorted(rows)]
            self.write(old.replace("txt", "jsonl"), "".join(lines))
        elif path.exists() and action == "delete":
            path.unlink()
        elif path.exists() and action == "move":
            path.replace(self.folder / new)
        elif path.exists() and action == "copy":
            self.write(new, path.read_text(encoding="utf-8"))

    # -- the index -----------------------------------------------------------------------------------------

    @rule(changes=SEVERAL, kills=st.lists(st.integers(1, 100), max_size=2))
    def update(self, changes: list[Change], kills: list[int]) -> None:
        """Killed at the n-th effect, resumed, killed again; then one that is left alone."""
        for change in changes:
            self.change(change)
        for at in kills:
            self.kill(at)
        self.up(self.index)
        self.up(self.twin)
        self.compare()

    @rule(before=SEVERAL, at=st.integers(1, 100), after=SEVERAL)
    def kill_and_change(self, before: list[Change], at: int, after: list[Change]) -> None:
        """Killed, and resumed only when the folder has changed once more: from here on it has another twin."""
        for change in before:
            self.change(change)
        self.kill(at)
        for change in after:
            self.change(change)
        self.up(self.index)
        self.twin.close()
        self.twin = open_index(self.leave("twin"), create=False)
        self.twin.projection.state = "elsewhere"
        self.compare()

    def kill(self, at: int) -> None:
        left: list[Path] = []
        Effects(self.index, at, lambda: left.append(self.leave("life")))
        self.up(self.index)
        if left:
            self.index.close()
            self.index = open_index(left[0], create=False)

    def leave(self, name: str) -> Path:
        """What is on the disk at this moment; another process copies, or SQLite would lose its locks."""
        path = self.place / f"{name}-{next(self.lives)}"
        subprocess.run(["cp", "-r", self.index.path, path], check=True)
        return path

    @rule(changes=SEVERAL, at=st.integers(1, 6))
    def interrupt(self, changes: list[Change], at: int) -> None:
        """Ctrl-C while articles are written; the same process asks and updates again."""
        for change in changes:
            self.change(change)
        left = iter(range(at - 1))

        def stop(_: Progress) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt

        with contextlib.suppress(KeyboardInterrupt):
            update(self.index, [self.folder], prune=True, progress=stop)
        self.up(self.index)
        self.up(self.twin)
        self.compare()

    @rule()
    def reopen(self) -> None:
        self.index.close()
        self.index = open_index(self.index.path, create=False)

    @rule()
    def ask(self) -> None:
        assert_dense_is_exact(self.index)

    def up(self, index: Index) -> Update:
        return update(index, [self.folder], prune=True)

    def compare(self) -> None:
        texts = [p.read_text(encoding="utf-8") for p in self.folder.rglob("*.txt")]
        rows = {
            json.loads(line)["text"]
            for p in self.folder.rglob("*.jsonl")
            for line in p.open(encoding="utf-8")
        }

        assert sorted(a.text for a in self.index.catalogue.articles()) == sorted([*texts, *rows])
        assert contents(self.index) == contents(self.twin)
        assert verify(self.index) == ()
        assert_dense_is_exact(self.index)


TestKilled = Killed.TestCase
TestKilled.settings = settings(max_examples=settings.default.max_examples // 4, stateful_step_count=10)


# -- damage ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder with the index in two states, and its texts."""
    with tempfile.TemporaryDirectory(prefix="verbatim-whole-", dir=MEMORY) as folder:
        yield Path(folder), crash.fresh(crash.make_whole, Path(folder))


def copies(place: Path, index: Path, victim: Path) -> Iterator[Path]:
    """Copies of an index in which one file is gone, cut short, or has a bit flipped."""
    contents = [None, *crash.damaged((index / victim).read_bytes(), PLACES, str(victim))]
    for number, content in enumerate(contents):
        path = place / f"copy-{number}"
        shutil.copytree(index, path)
        if content is None:
            (path / victim).unlink()
        else:
            (path / victim).write_bytes(content)
        yield path


@pytest.mark.parametrize("state", ["closed", "open"])
def test_any_damage_to_any_file_of_chromas_folder_changes_no_answer(whole, state: str):
    place, _ = whole
    victims = [p.relative_to(place / state) for p in (place / state / "vectors").rglob("*") if p.is_file()]

    assert {"link_lists.bin", "data_level0.bin", "chroma.sqlite3", "current"} <= {v.name for v in victims}
    for victim in victims:
        damaged = list(copies(place, place / state, victim))
        crash.fresh(crash.ask_all, damaged)
        for path in damaged:
            shutil.rmtree(path)


def test_a_damaged_catalogue_is_refused_in_one_line_or_true_or_known_to_be_wrong(whole):
    place, texts = whole
    contents = crash.damaged((place / "closed" / "catalogue.sqlite3").read_bytes(), 8 * PLACES, "catalogue")
    paths = []
    for number, content in enumerate(contents):
        paths.append(
            shutil.copytree(
                place / "closed", place / f"catalogue-{number}", ignore=shutil.ignore_patterns("vectors")
            )
        )
        (paths[-1] / "catalogue.sqlite3").write_bytes(content)
    outcomes = crash.fresh(crash.read_all, paths, texts)

    assert outcomes["refused"] > 0
    assert outcomes["whole"] > 0


def test_a_log_that_ends_early_ends_with_a_whole_change(whole):
    place, _ = whole
    log = (place / "open" / "catalogue.sqlite3-wal").read_bytes()
    paths = []
    for number, content in enumerate(crash.damaged(log, 2 * PLACES, "log")):
        paths.append(shutil.copytree(place / "open", place / f"log-{number}"))
        (paths[-1] / "catalogue.sqlite3-wal").write_bytes(content)
    assert crash.fresh(crash.ask_all, paths) == len(paths) > 0


# -- kills and a failing disk ----------------------------------------------------------------------------------


def test_what_a_killed_process_acknowledged_is_there():
    told: list[str] = []

    assert crash.kills(12, size=12, say=told.append) == 0, "\n".join(told)


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_disk_that_fails_leaves_the_old_index_or_the_new_one():
    told: list[str] = []

    assert crash.faults(30, where=MEMORY, say=told.append) == 0, "\n".join(told)
