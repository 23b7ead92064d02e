"""Kill a real indexing process at random moments, and let its disk fail: nothing that was acknowledged is lost.

`python tests/crash.py 200` (or `make crash`) kills 200 times and fails every call of a small build; it prints what it
does, and ends with status 1 when a law was broken. test_crash.py and test_together.py run shorter versions.
"""

import ctypes
import errno
import importlib
import json
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from fakes import open_index

from indexes import Index, QAError, update, vectors, verify
from indexes.split import find_sentences, passage_input, split
from indexes.types import Scored

HERE = Path(__file__).parent
QUESTIONS = ("crane quay", "the mayor won the vote", "diesel", "storm over the school of Elmport")
WORDS = "crane quay ferry mayor storm diesel school the of Elmport won vote".split()
NEVER = 1 << 30
PATIENCE = 180  # seconds until a process counts as one that hangs

# Processes forked from a clean one that has loaded what is slow to load and opened nothing: Chroma's threads do not
# survive a fork.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["__main__", "chromadb", "crash"])
list(find_sentences("Loads the sentence borders. Once."))


@contextmanager
def small_steps() -> Iterator[None]:
    """One update does everything that a large one does: several windows, several steps of Chroma, a graph in files."""
    updating, sharding, projecting = (
        importlib.import_module(f"indexes.{name}") for name in ("update", "shards", "projection")
    )
    places = [
        (vars(updating), "WINDOW", 40),
        (vars(sharding), "WINDOW", 20),
        (vars(projecting), "STEP", 50),
        (vectors.HNSW, "sync_threshold", 100),
    ]
    real = [namespace[name] for namespace, name, _ in places]
    for namespace, name, small in places:
        namespace[name] = small
    try:
        yield
    finally:
        for (namespace, name, _), value in zip(places, real, strict=True):
            namespace[name] = value


# -- processes -------------------------------------------------------------------------------------------------


def fresh(function: Callable[..., Any], *args: Any) -> Any:
    """What a function returns in a process of its own. A traceback, a crash or a hang there is an AssertionError here."""
    with spawned(function, *args) as (process, answers):
        return result(process, answers)


def result(process: Any, answers: Connection) -> Any:
    """What a spawned process returned."""
    answer = None
    if answers.poll(PATIENCE):
        with suppress(EOFError):
            answer = answers.recv()
    process.join(PATIENCE if answer else 5)
    assert answer is not None, f"the process ended with {process.exitcode} and said nothing"
    assert answer[0] == "returned", answer[1]
    assert process.exitcode == 0, f"the process ended with {process.exitcode}"
    return answer[1]


@cache
def _start_server() -> None:
    """Python 3.11 does not tell the process that all are forked from where the modules are."""
    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE), str(HERE.parent)])
    forkserver.ensure_running()
    if path is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = path


@contextmanager
def spawned(function: Callable[..., Any], *args: Any) -> Iterator[tuple[Any, Connection]]:
    """A process that runs a function and then sends what it returned; killed at the end if it is still there."""
    _start_server()
    receive, send = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_answer, args=(send, function, *args))
    process.start()
    send.close()
    try:
        yield process, receive
    finally:
        process.kill()
        process.join()
        receive.close()


def _answer(send: Connection, function: Callable[..., Any], *args: Any) -> None:
    try:
        with small_steps():
            send.send(("returned", function(*args)))
    except BaseException:  # noqa: BLE001  told to the parent, whatever it is
        send.send(("raised", traceback.format_exc()))


# -- what holds ------------------------------------------------------------------------------------------------


def contents(index: Index) -> dict[str, Any]:
    """All that can be found in an index, by content and not by number."""
    with index.reading():
        articles = {article.id: article for article in index.catalogue.articles()}
        rows = index.catalogue.scan_vectors()
        stored = {n: v for numbers, part in rows for n, v in zip(numbers.tolist(), part, strict=True)}
        passages = index.passages(list(stored))
        found = defaultdict(list)
        for word in sorted({w for a in articles.values() for w in re.findall(r"\w+", a.text)}):
            for number, _ in index.search_words(f'"{word}"', 10_000):
                found[passages[number].id].append(word)
        return {
            "articles": articles,
            "files": {path: note.digest for path, note in index.catalogue.files().items()},
            "passages": sorted(
                (p.id, p.text, stored[n].tobytes(), tuple(found[p.id])) for n, p in passages.items()
            ),
        }


def assert_dense_is_exact(index: Index, k: int = 5) -> None:
    """What Chroma helps to find is what a scan finds; ties may fall either way."""
    for vector in index.embedder.embed(QUESTIONS):
        with index.reading():
            helped, scanned = index.search_vectors(vector, k), index._scan(vector, k, None)
        assert np.allclose(_scores(helped), _scores(scanned), atol=2e-3), (helped, scanned)


def _scores(found: list[Scored]) -> list[float]:
    assert len({s.number for s in found}) == len(found)
    return [s.score for s in found]


def assert_found(index: Index, article_id: str, edition: str | None) -> None:
    """An acknowledged article is found by its words and by its vectors; one that was removed is not there."""
    article = index.article(article_id)
    if edition is None:
        assert article is None, f"{article_id} was removed and is there"
        return
    assert article is not None, f"{article_id} is lost"
    assert article.edition == edition, f"{article_id} is {article.edition}, acknowledged was {edition}"
    cut = split(article, index.embedder.token_ends, window=index.embedder.passage_tokens)
    for passage, vector in zip(
        cut.passages,
        index.embedder.embed([passage_input(cut.heading, p.text) for p in cut.passages]),
        strict=True,
    ):
        words = " ".join(f'"{w}"' for w in re.findall(r"\w+", passage.text))
        by_words = index.passages([s.number for s in index.search_words(words, 100)]).values()
        assert passage in by_words, f"full text does not find {passage}"
        by_vector = index.passages([s.number for s in index.search_vectors(vector, 1)]).values()
        assert passage in by_vector, f"the vectors do not find {passage}"


def assert_resumes(index: Index, folder: Path, clean: Path) -> None:
    """Running the update again ends in what a clean build gives."""
    update(index, [folder], prune=True)
    with open_index(clean) as scratch:
        scratch.projection.state = "elsewhere"  # a clean build needs no Chroma to be compared
        update(scratch, [folder], prune=True)
        assert contents(index) == contents(scratch)
    assert verify(index) == ()
    assert_dense_is_exact(index)


# -- a folder of articles --------------------------------------------------------------------------------------


def write_article(path: Path, number: int) -> None:
    choice = random.Random(number).choices
    lines = [" ".join(choice(WORDS, k=8)).capitalize() + f" {number}x{n}." for n in range(number % 7 + 1)]
    path.write_text(f"Title {number}\n\n{' '.join(lines)}\n", encoding="utf-8")


def edit_folder(folder: Path, round_: int, luck: random.Random, size: int) -> None:
    """Some files added, some edited, some removed, and other rows in the one that holds several."""
    folder.mkdir(exist_ok=True)
    files = sorted(folder.glob("*.txt"))
    for path in luck.sample(files, min(len(files), size // 6)):
        path.unlink()
    for path in luck.sample(files, min(len(files), size // 4)):
        write_article(path, luck.randrange(10**6))
    for n in range(max(size // 6, size - len(files))):
        write_article(folder / f"{round_}-{n}.txt", luck.randrange(10**6))
    rows = [{"text": f"Row {n} tells of the ferry."} for n in luck.sample(range(size), size // 3)]
    rows += [{"id": f"row-{n}", "text": f"The ferry {n} of {round_} sank."} for n in range(size // 6)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


# -- damage ----------------------------------------------------------------------------------------------------


def make_whole(place: Path) -> dict[str, str]:
    """An index at `place/closed`, and as it was while Chroma had it open at `place/open`: the texts by article."""
    edit_folder(place / "articles", 0, random.Random(20), 60)
    with open_index(place / "closed") as index:
        update(index, [place / "articles"])
        assert_dense_is_exact(index)
        # Another process copies: closing a file here would take SQLite's locks away.
        subprocess.run(["cp", "-r", place / "closed", place / "open"], check=True)
        return {article.id: article.text for article in index.catalogue.articles()}


def damaged(content: bytes, places: int, seed: str) -> Iterator[bytes]:
    """The content of a file cut short, and with single bits flipped, at many places."""
    luck = random.Random(seed)
    for length in {
        0,
        len(content) // 2,
        max(0, len(content) - 1),
        *luck.choices(range(len(content) + 1), k=places),
    }:
        yield content[:length]
    for at in luck.choices(range(len(content)), k=places) if content else ():
        yield content[:at] + bytes([content[at] ^ 1 << luck.randrange(8)]) + content[at + 1 :]


def ask_all(paths: list[Path]) -> int:
    """Each of these indexes, whatever happened to its Chroma folder, answers exactly, and mends it by itself; how many."""
    for path in paths:
        with open_index(path, create=False) as index:
            index.projection._opened()
            assert_dense_is_exact(index)
            assert verify(index) == ()
            assert_dense_is_exact(index)
            assert index.projection.state == "open"
    return len(paths)


def read_all(paths: list[Path], texts: dict[str, str]) -> Counter[str]:
    """Each of these indexes, whatever happened to its catalogue, is refused in one line, or true, or known to be wrong."""
    outcomes: Counter[str] = Counter()
    for path in paths:
        try:
            with open_index(path, create=False) as index:
                true = _is_true(index, texts)
                faults = verify(index, repair=True)
                assert true or faults, f"{path} is wrong and no fault is found"
                left = verify(index)
                assert not any(fault.repairable for fault in left), f"{path} is not mended: {left}"
                outcomes["wrong and found" if not true else "found" if faults else "whole"] += 1
        except QAError as error:
            assert "\n" not in str(error)  # noqa: PT017  both ways of ending are right
            outcomes["refused"] += 1
    return outcomes


def _is_true(index: Index, texts: dict[str, str]) -> bool:
    """Whether every text, every passage and every hit is what was indexed."""
    found = {article.id: article.text for article in index.catalogue.articles()}
    numbers = [
        s.number for vector in index.embedder.embed(QUESTIONS) for s in index.search_vectors(vector, 5)
    ]
    numbers += [s.number for question in WORDS for s in index.search_words(f'"{question}"', 10)]
    passages = index.passages(numbers).values()
    return found == texts and all(p.span.cut(texts.get(p.article_id, "")) == p.text for p in passages)


# -- kills -----------------------------------------------------------------------------------------------------


def update_aloud(say: Connection, path: Path, folder: Path) -> None:
    """Update, and say of each article that it is committed, or removed, as soon as it is."""
    with open_index(path) as index:
        put, remove = index.catalogue.put, index.catalogue.remove

        def put_aloud(cut: Any, rows: Any, *, file: str | None) -> None:
            put(cut, rows, file=file)
            say.send((cut.article.id, cut.article.edition))

        def remove_aloud(article_id: str) -> bool:
            removed = remove(article_id)
            say.send((article_id, None))
            return removed

        index.catalogue.put, index.catalogue.remove = put_aloud, remove_aloud  # type: ignore[method-assign]
        update(index, [folder], prune=True)


def check(path: Path, folder: Path, acknowledged: dict[str, str | None], clean: Path | None) -> None:
    """What holds after a kill, seen from another process."""
    with open_index(path) as index:
        for article_id, edition in acknowledged.items():
            assert_found(index, article_id, edition)
        assert_dense_is_exact(index)
        assert verify(index) == ()
        if clean:
            assert_resumes(index, folder, clean)


def kill_one(path: Path, folder: Path, delay: float) -> tuple[dict[str, str | None], bool]:
    """Start an update and kill it after a while: what it had acknowledged, and whether it was still running."""
    receive, send = PROCESSES.Pipe(duplex=False)
    with spawned(update_aloud, send, path, folder) as (process, answers):
        send.close()
        process.join(delay)
        running = process.exitcode is None
        process.kill()
        process.join()
        if not running:
            answer = answers.recv()
            assert answer[0] == "returned", answer[1]
    acknowledged: dict[str, str | None] = {}
    try:
        while True:
            article_id, edition = receive.recv()
            acknowledged[article_id] = edition
    except (EOFError, OSError):  # its end, perhaps in the middle of a word
        receive.close()
    return acknowledged, running


def kills(rounds: int, *, seed: int = 20, size: int = 24, say: Callable[[str], None] = print) -> int:
    """Kill `rounds` updates; how many laws were broken."""
    luck = random.Random(seed)
    told: Counter[str] = Counter()
    place = Path(tempfile.mkdtemp(prefix="verbatim-kill-"))
    started = time.monotonic()
    duration = 1.0  # seconds that an update takes, as far as the kills have shown
    for round_ in range(rounds):
        group = place / str(round_ // 10)
        path, folder = group / "index", group / "articles"
        if round_ % 10 == 0:
            group.mkdir()
        edit_folder(folder, round_, luck, size)
        acknowledged, running = kill_one(path, folder, luck.uniform(0, duration))
        duration *= 1.15 if running else 0.75
        told["killed while running"] += running
        told["articles acknowledged"] += len(acknowledged)
        clean = group / f"clean-{round_}" if round_ % 3 == 2 or round_ % 10 == 9 else None
        try:
            fresh(check, path, folder, acknowledged, clean)
        except AssertionError as error:
            told["laws broken"] += 1
            kept = shutil.copytree(group, place / f"broken-{round_}")
            say(f"round {round_}: {error}\nkept: {kept}")
        if clean:
            shutil.rmtree(clean, ignore_errors=True)
        if round_ % 10 == 9 or round_ == rounds - 1:
            shutil.rmtree(group)
            say(f"{round_ + 1} of {rounds} kills, {time.monotonic() - started:.0f} s: {dict(told)}")
    if not told["laws broken"]:
        shutil.rmtree(place)
    return told["laws broken"]


def update_alone(path: Path, folder: Path) -> None:
    with open_index(path) as index:
        update(index, [folder], prune=True)


# -- a failing disk --------------------------------------------------------------------------------------------

MODES = {  # how → the error, whether the disk stays so, whether there is an index already
    "ENOSPC once": (errno.ENOSPC, False, True),
    "EIO once": (errno.EIO, False, True),
    "ENOSPC from then on": (errno.ENOSPC, True, True),
    "EIO once, new index": (errno.EIO, False, False),
}


def faults(step: int, *, where: str | None = None, say: Callable[[str], None] = print) -> int:
    """Fail every `step`-th call that changes a file of an index while it is updated; how many laws were broken."""
    place = Path(tempfile.mkdtemp(prefix="verbatim-faults-", dir=where))
    library = place / "faults.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, HERE / "faults.c", "-ldl"], check=True)
    run = [sys.executable, str(HERE / "crash.py"), "faults", str(step), str(place)]
    with subprocess.Popen(
        run,
        env={**os.environ, "PYTHONPATH": str(HERE.parent), "LD_PRELOAD": str(library)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            say(line.rstrip("\n"))
    if not process.returncode:
        shutil.rmtree(place)
    return process.returncode


def fail_all(step: int, place: Path) -> int:
    """`faults`, in a process whose calls can be made to fail."""
    luck, folder = random.Random(20), place / "articles"
    edit_folder(folder, 0, luck, 6)
    fresh(update_alone, place / "base", folder)
    edit_folder(folder, 1, luck, 6)
    started = time.monotonic()
    told: Counter[str] = Counter()
    for mode, (code, stays, exists) in MODES.items():
        at, calls = 0, 1  # the 0th fails nothing and tells how many there are
        while at <= calls:
            path = place / f"index-{at}"
            if exists:
                shutil.copytree(place / "base", path)
            try:
                outcome, n, acknowledged = fresh(update_failing, path, folder, at or NEVER, code, stays)
                calls = max(calls, n)
                told[f"{mode}: {outcome.split(':')[0]}"] += 1
                fresh(check, path, folder, acknowledged, place / f"clean-{at}")
            except AssertionError as error:
                told["laws broken"] += 1
                print(
                    f"call {at}, {mode}: {error}\nkept: {shutil.move(path, place / f'broken-{mode}-{at}')}",
                    flush=True,
                )
            shutil.rmtree(path, ignore_errors=True)
            shutil.rmtree(place / f"clean-{at}", ignore_errors=True)
            at += (
                (step if exists else 4 * step) if at else 1
            )  # Chroma's 600 calls of making its tables are much alike
        print(f"{mode}: {calls} calls, {time.monotonic() - started:.0f} s: {dict(told)}", flush=True)
    return told["laws broken"]


def update_failing(
    path: Path, folder: Path, at: int, code: int, stays: bool
) -> tuple[str, int, dict[str, str | None]]:
    """Update on a disk whose n-th call fails: how it ended, how many calls there were, what was acknowledged."""
    library = ctypes.CDLL(os.environ["LD_PRELOAD"])
    acknowledged: dict[str, str | None] = {}

    class Memory:
        def send(self, words: tuple[str, str | None]) -> None:
            acknowledged[words[0]] = words[1]

    library.faults_arm(os.fsencode(path), ctypes.c_long(at), code, int(stays))
    try:
        update_aloud(Memory(), path, folder)  # type: ignore[arg-type]
        outcome = "done"
    except QAError as error:
        outcome = "refused: " + str(error)
        assert "\n" not in outcome
    calls = library.faults_seen()
    library.faults_arm(b"", ctypes.c_long(0), 0, 0)
    return outcome, calls, acknowledged


def ask_for(seconds: float) -> int:
    """Ten readers and a writer, for a minute; how many laws were broken."""
    from test_together import together

    place = Path(tempfile.mkdtemp(prefix="verbatim-together-"))
    try:
        generations, answers = together(place, seconds)
    except AssertionError as error:
        print(f"reading while writing: {error}\nkept: {place}")
        return 1
    shutil.rmtree(place)
    print(f"{answers:,} answers while {generations} generations were written: every one whole", flush=True)
    return 0


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["faults"]:
        return min(fail_all(int(arguments[1]), Path(arguments[2])), 1)
    rounds = int(arguments[0]) if arguments else 200
    broken = kills(rounds) + faults(1) + ask_for(60)
    print("a law was broken" if broken else "every law held")
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
