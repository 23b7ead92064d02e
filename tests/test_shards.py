"""Indexing in shards: what N real processes make, killed or not, is what one process makes."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import crash
import pytest
from crash import assert_dense_is_exact, contents
from fakes import open_index
from hypothesis import given
from hypothesis import strategies as st

import qa
from indexes import IndexLocked, update, verify
from indexes.shards import Ahead, Shard, embed_ahead, job_of
from qa.cli import main

SHARDS = st.integers(1, 50).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n)))


@given(st.text(), st.integers(1, 20))
def test_everything_belongs_to_exactly_one_shard(identity: str, total: int):
    assert sum(Shard(n, total).holds(identity) for n in range(1, total + 1)) == 1


def test_shards_are_of_like_size():
    counts = [sum(Shard(n, 4).holds(f"/articles/{i}.txt") for i in range(4_000)) for n in range(1, 5)]

    assert min(counts) > 850


@given(SHARDS)
def test_a_shard_is_read_as_it_is_written(shard: tuple[int, int]):
    assert Shard.parse(f"{shard[0]}/{shard[1]}") == Shard(*shard)


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3", "1/3/5", "", "１/３"])
def test_what_is_no_shard_is_refused_with_what_to_write(text: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match="2"):
        main(["index", "articles", f"--shard={text}"])

    assert "write I/N with I from 1 to N" in capsys.readouterr().err


# -- processes -------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of one article and of many; ids that come twice, copies, lines that cannot be read."""
    folder = tmp_path / "articles"
    crash.edit_folder(folder, 0, random.Random(9), 40)
    rows = [{"id": f"row-{n}", "text": f"The mayor of row {n} won the vote in Elmport."} for n in range(30)]
    rows += [{"id": "row-3", "text": "Another has this id."}]
    lines = [json.dumps(row) for row in rows]
    (folder / "many.jsonl").write_text("\n".join([*lines, "no JSON"]) + "\n", encoding="utf-8")
    (folder / "again.jsonl").write_text(lines[5] + "\n", encoding="utf-8")
    (folder / "copy.txt").write_bytes(next(folder.glob("*.txt")).read_bytes())
    return folder


def shard_of(path: Path, folder: Path, number: int, total: int) -> tuple[int, ...]:
    """Embed one shard; store everything when it was the last."""
    with open_index(path) as index:
        done = embed_ahead(index, [folder], Shard(number, total))
        while not done.left:
            with contextlib.suppress(IndexLocked):
                update(index, [folder])
                break
        return done.left


def whole(path: Path, folder: Path) -> tuple[dict[str, Any], Any, int]:
    """All that one process makes of it, what it skips at a second look, and that it is sound."""
    with open_index(path) as index:
        again = update(index, [folder])
        assert (again.added, again.changed, again.removed) == (0, 0, 0)
        assert verify(index) == ()
        assert_dense_is_exact(index)
        assert not Ahead(index).folder.exists()
        return contents(index), again.skipped, again.unchanged


def alone(path: Path, folder: Path) -> tuple[dict[str, Any], Any, int]:
    """What one process makes of it."""
    with open_index(path) as index:
        update(index, [folder])
    return whole(path, folder)


@pytest.mark.parametrize("total", [1, 3])
def test_shards_at_once_make_what_one_process_makes(tmp_path: Path, folder: Path, total: int):
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(crash.spawned(shard_of, tmp_path / "sharded", folder, n + 1, total))
            for n in range(total)
        ]
        left = [crash.result(*process) for process in processes]

    assert () in left
    assert crash.fresh(whole, tmp_path / "sharded", folder) == crash.fresh(alone, tmp_path / "one", folder)


def test_a_chroma_server_gets_what_one_process_gives_it(
    tmp_path: Path, folder: Path, chroma_server: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("QA_CHROMA", chroma_server)
    for number in (1, 2):
        shard_of(tmp_path / "sharded", folder, number, 2)
    with open_index(tmp_path / "sharded") as index:
        assert index.projection.compare() is None
        assert index.projection.state == "open"
        assert index.projection._opened().count == index.catalogue.count_searched() > 0
    assert whole(tmp_path / "sharded", folder) == alone(tmp_path / "one", folder)


def die(at: int, what: str, path: Path, folder: Path, number: int, total: int) -> None:
    """Killed before, or after, the `at`-th time that something is put on disk."""
    left = iter(range(at))

    def counted(effect: Any, *args: Any, **named: Any) -> Any:
        last = next(left, None) is None
        if last and at % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        result = effect(*args, **named)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    if what == "embedding":
        Ahead.keep = partial_method(counted, Ahead.keep)  # type: ignore[method-assign]
        shard_of(path, folder, number, total)
    else:
        with open_index(path) as index:
            embed_ahead(index, [folder], Shard(number, total))
            index.catalogue.put = partial(counted, index.catalogue.put)  # type: ignore[method-assign]
            update(index, [folder])


def partial_method(around: Any, method: Any) -> Any:
    return lambda self, *args, **named: around(method, self, *args, **named)


@pytest.mark.parametrize(
    ("what", "at"),
    [("embedding", 0), ("embedding", 1), ("storing", 0), ("storing", 1), ("storing", 20), ("storing", 51)],
)
def test_a_shard_that_is_killed_and_run_again_loses_nothing(tmp_path: Path, folder: Path, what: str, at: int):
    path = tmp_path / "sharded"
    assert crash.fresh(shard_of, path, folder, 1, 2) == (2,)
    with crash.spawned(die, at, what, path, folder, 2, 2) as (process, _):
        process.join(crash.PATIENCE)
        assert process.exitcode == -signal.SIGKILL
    with open_index(path) as index:
        before = len(Ahead(index))
        stored = index.catalogue.count_articles()
        embedded = embed_ahead(index, [folder], Shard(2, 2)).passages
        assert before > 0
        if what == "storing":
            assert embedded == 0
            assert stored == at + (at + 1) % 2
    crash.fresh(shard_of, path, folder, 2, 2)

    assert crash.fresh(whole, path, folder) == crash.fresh(alone, tmp_path / "one", folder)


# -- what was embedded ahead -----------------------------------------------------------------------------------


class Counting:
    """An embedder that tells how many texts it was given."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.texts = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def embed(self, texts: Any) -> Any:
        self.texts += len(texts)
        return self._real.embed(texts)


@pytest.fixture
def embedded(tmp_path: Path, folder: Path) -> Iterator[tuple[Any, Path]]:
    """An index whose two shards are embedded and not stored."""
    with open_index(tmp_path / "sharded") as index:
        for number in (1, 2):
            embed_ahead(index, [folder], Shard(number, 2))
        index.embedder = Counting(index.embedder)
        yield index, folder


def test_storing_embeds_nothing_and_leaves_nothing_behind(embedded: tuple[Any, Path], tmp_path: Path):
    index, folder = embedded
    passages = update(index, [folder]).passages

    assert passages > 60
    assert index.embedder.texts == 0
    assert not Ahead(index).folder.exists()
    with open_index(tmp_path / "one") as one:
        update(one, [folder])
        assert contents(index) == contents(one)


def test_what_was_edited_meanwhile_is_embedded_anew(embedded: tuple[Any, Path], tmp_path: Path):
    index, folder = embedded
    (folder / "copy.txt").write_text("Title\n\nQuite another text by now.\n", encoding="utf-8")
    update(index, [folder])

    assert index.embedder.texts == 1
    with open_index(tmp_path / "one") as one:
        update(one, [folder])
        assert contents(index) == contents(one)


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b[:-1] + bytes([b[-1] ^ 1])])
def test_a_damaged_file_of_vectors_is_never_used(embedded: tuple[Any, Path], tmp_path: Path, damage: Any):
    index, folder = embedded
    path = min(Ahead(index).folder.glob("*.npy"))
    path.write_bytes(damage(path.read_bytes()))
    update(index, [folder])

    assert index.embedder.texts > 0
    with open_index(tmp_path / "one") as one:
        update(one, [folder])
        assert contents(index) == contents(one)


def test_an_update_of_other_sources_keeps_what_is_embedded(embedded: tuple[Any, Path], tmp_path: Path):
    index, folder = embedded
    (tmp_path / "other.txt").write_text("Other\n\nAn article beside them.\n", encoding="utf-8")
    update(index, [tmp_path / "other.txt"])
    before = index.embedder.texts
    update(index, [folder])

    assert (before, index.embedder.texts) == (1, 1)


def test_what_is_indexed_is_not_embedded_again(tmp_path: Path, folder: Path):
    with open_index(tmp_path / "index") as index:
        skipped = update(index, [folder]).skipped
        again = [embed_ahead(index, [folder], Shard(n, 2)).passages for n in (1, 2)]

        # But for what has the id of another, of which the index has no vector; one of the eight has its words too.
        assert sum("has the id" in item.reason for item in skipped) == 8
        assert sum(again) == 7


def test_vectors_of_another_machine_are_taken_when_they_are_copied_here(tmp_path: Path, folder: Path):
    for number in (1, 2):
        with open_index(tmp_path / f"machine-{number}") as index:
            assert embed_ahead(index, [folder], Shard(number, 2)).left == (3 - number,)
    target = tmp_path / "machine-1" / "shards"
    subprocess.run(["cp", "-r", *(tmp_path / "machine-2" / "shards").iterdir(), target], check=True)
    with open_index(tmp_path / "machine-1") as index:
        index.embedder = Counting(index.embedder)
        update(index, [folder])
        assert index.embedder.texts == 0
    assert whole(tmp_path / "machine-1", folder) == alone(tmp_path / "one", folder)


def test_the_same_shard_is_not_worked_on_twice(tmp_path: Path, folder: Path):
    with open_index(tmp_path / "index") as index, Ahead(index).working(Shard(1, 2)):
        with pytest.raises(IndexLocked, match="embedding shard 1 of 2 of the index"):
            embed_ahead(index, [folder], Shard(1, 2))
        assert embed_ahead(index, [folder], Shard(2, 2)).left == (1,)


def test_a_job_is_known_by_its_sources_as_they_resolve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    assert job_of(["articles"]) == job_of([tmp_path / "articles"]) != job_of(["article"])


# -- the command -----------------------------------------------------------------------------------------------


def test_commands_side_by_side_answer_as_one(tmp_path: Path, harbour: Path, tiny_model: Path):
    def index(name: str, *more: str) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-m",
            "qa",
            "index",
            harbour,
            "--index",
            tmp_path / name,
            "--model",
            tiny_model,
        ]
        return subprocess.Popen([*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    running = [index("sharded", "--shard", f"{n}/2") for n in (1, 2)]
    said = ["".join(process.communicate()) for process in running]
    index("one").communicate()

    assert [process.returncode for process in running] == [0, 0]
    assert any("3 added, 0 changed" in words for words in said), said
    answers = []
    for name in ("sharded", "one"):
        with qa.open(tmp_path / name, create=False) as library:
            answers.append(library.ask("How much does the ferry to Skerry cost?"))
            assert library.check() == ()
    assert answers[0] == answers[1]
    assert answers[0].text


def test_the_first_shard_says_which_are_left(
    tmp_path: Path, harbour: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
):
    command = ["index", str(harbour), "--index", str(tmp_path / "index"), "--model", str(tiny_model)]

    assert main([*command, "--shard", "2/3"]) == 0
    assert "left: 1/3, 3/3; the one that ends last stores everything" in capsys.readouterr().out
    assert main(command) == 0
    assert "3 added" in capsys.readouterr().out
