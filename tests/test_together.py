"""Many ask while one writes: every answer is whole, whoever owns Chroma; a second writer is turned away."""

import contextlib
import logging
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

import crash
import pytest
from conftest import free_port
from fakes import open_index

from indexes import Index, IndexLocked, update, verify

SECONDS = 6
FILES = 12
K = 5
GENERATION = re.compile(r"generation (\d+)")


def write_generation(folder: Path, generation: int) -> None:
    """Every sentence of every file says which generation it is of."""
    for n in range(FILES):
        sentences = [
            f"The {crash.WORDS[(n + s) % 7]} {n} of generation {generation} is at {s}."
            for s in range(n % 5 + 2)
        ]
        (folder / f"{n}.txt").write_text(f"File {n}\n\n{' '.join(sentences)}\n", encoding="utf-8")


def rewrite(path: Path, folder: Path, seconds: float, server: str | None) -> int:
    """Write all files anew and update, again and again; how often."""
    with opened(path, server) as index:
        return keep_rewriting(index, folder, seconds)


def keep_rewriting(index: Index, folder: Path, seconds: float) -> int:
    end = time.monotonic() + seconds
    for generation in count(1):
        write_generation(folder, generation)
        update(index, [folder])
        if time.monotonic() > end:
            return generation
    raise AssertionError("the generations ended")


def ask(path: Path, threads: int, seconds: float, server: str | None) -> int:
    """Ask in some threads that share one index; how many answers there were."""
    with opened(path, server) as index:
        return keep_asking(index, threads, seconds)


def keep_asking(index: Index, threads: int, seconds: float) -> int:
    end = time.monotonic() + seconds
    answers: list[int] = []
    errors: list[BaseException] = []

    def loop() -> None:
        try:
            while time.monotonic() < end:
                answers.append(answer_whole(index))
        except BaseException as error:  # noqa: BLE001  told to the main thread, whatever it is
            errors.append(error)

    workers = [threading.Thread(target=loop) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
    return len(answers)


def answer_whole(index: Index) -> int:
    """Ask by vector and by words: what is found belongs together, and is what the index holds at this moment."""
    vector = index.embedder.embed([f"the crane of generation {time.monotonic_ns() % 100}"])[0]
    with index.reading():
        found = index.search_vectors(vector, K)
        assert [s.score for s in found] == pytest.approx(
            [s.score for s in index._scan(vector, K, None)], abs=2e-3
        )
        found += index.search_words('"crane" OR "quay"', K)
        passages = index.passages([s.number for s in found])
        assert len(found) == 2 * K
        assert passages.keys() == {s.number for s in found}
        for passage in passages.values():
            article = index.article(passage.article_id)
            assert article is not None
            assert (article.edition, passage.span.cut(article.text)) == (passage.edition, passage.text)
            assert len(set(GENERATION.findall(article.text))) == 1
    return len(found)


@contextlib.contextmanager
def opened(path: Path, server: str | None = None) -> Iterator[Index]:
    """The index, with a Chroma server where one is named. For a process of its own."""
    if server:
        os.environ["QA_CHROMA"] = server
    with open_index(path) as index:
        yield index
        assert index.projection.state in ("open", "elsewhere", "unopened"), index.projection.state


def first(path: Path, folder: Path) -> None:
    folder.mkdir()
    write_generation(folder, 0)
    with open_index(path) as index:
        update(index, [folder])


def last(path: Path, server: str | None) -> None:
    with opened(path, server) as index:
        assert verify(index) == ()
        answer_whole(index)
        assert index.projection.state == "open"


def together(place: Path, seconds: float, *, threads: int = 8, server: str | None = None) -> tuple[int, int]:
    """Readers in one process with threads and in two more, one writer: (generations written, answers)."""
    path, folder = place / "index", place / "articles"
    crash.fresh(first, path, folder)
    with contextlib.ExitStack() as stack:
        writer = stack.enter_context(crash.spawned(rewrite, path, folder, seconds, server))
        readers = [
            stack.enter_context(crash.spawned(ask, path, n, seconds, server)) for n in (threads, 1, 1) if n
        ]
        generations, *answers = [crash.result(*process) for process in (writer, *readers)]
    crash.fresh(last, path, server)
    return generations, sum(answers)


def test_readers_in_threads_and_processes_get_whole_answers_while_one_writes(tmp_path: Path):
    generations, answers = together(tmp_path, SECONDS)

    assert generations > 1
    assert answers > 10


def write_and_ask_inside(path: Path, folder: Path, seconds: float) -> tuple[int, int]:
    """One index object, used by a writer and by readers."""
    generations: list[int] = []
    with open_index(path) as index:
        writer = threading.Thread(target=lambda: generations.append(keep_rewriting(index, folder, seconds)))
        writer.start()
        answers = keep_asking(index, 4, seconds)
        writer.join()
        assert index.projection.state == "open"
    return generations[0], answers


def test_readers_get_whole_answers_while_a_thread_of_their_own_process_writes(tmp_path: Path):
    path, folder = tmp_path / "index", tmp_path / "articles"
    crash.fresh(first, path, folder)
    generations, answers = crash.fresh(write_and_ask_inside, path, folder, SECONDS / 2)

    assert generations > 1
    assert answers > 10
    crash.fresh(last, path, None)


# -- locks -----------------------------------------------------------------------------------------------------


def hold(say: Connection, path: Path) -> None:
    with open_index(path) as index, index.writing():
        say.send(os.getpid())
        signal.pause()


def test_a_second_writer_is_told_who_is_first_and_a_killed_one_holds_nothing(tmp_path: Path):
    hear, say = crash.PROCESSES.Pipe(duplex=False)
    with crash.spawned(hold, say, tmp_path / "index"):
        pid = hear.recv()
        with open_index(tmp_path / "index") as second, pytest.raises(IndexLocked, match=f"process {pid} "):
            update(second, [])
    with open_index(tmp_path / "index") as second:
        assert update(second, []).added == 0


def test_two_processes_that_make_one_index_both_have_it(tmp_path: Path):
    (tmp_path / "a").mkdir()
    write_generation(tmp_path / "a", 0)
    with (
        crash.spawned(create_and_count, tmp_path / "index") as one,
        crash.spawned(create_and_count, tmp_path / "index") as two,
    ):
        assert crash.result(*one) == crash.result(*two)


def create_and_count(path: Path) -> str:
    with open_index(path) as index:
        return index.catalogue.index_id


# -- a Chroma server -------------------------------------------------------------------------------------------


def test_two_readers_and_a_writer_share_a_chroma_server(tmp_path: Path, chroma_server: str):
    generations, answers = together(tmp_path, SECONDS, threads=0, server=chroma_server)

    assert generations > 1
    assert answers > 10


def test_a_server_that_is_not_there_costs_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("QA_CHROMA", f"http://127.0.0.1:{free_port()}")
    (tmp_path / "articles").mkdir()
    write_generation(tmp_path / "articles", 0)
    with caplog.at_level(logging.WARNING, "indexes"), open_index(tmp_path / "index") as index:
        update(index, [tmp_path / "articles"])
        for _ in range(3):
            answer_whole(index)

    assert [r.levelname for r in caplog.records if r.name.startswith("indexes")] == ["WARNING"]
    assert "the catalogue is searched instead" in caplog.text
