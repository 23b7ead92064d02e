"""Many users at once: each opens a session over HTTP, asks its questions one after the other, and checks every answer.

    python tests/crowd.py [--users 50] [--questions 20] [--index DIR]

Serves the sample newspaper (or an index) with `qa chat` in a process of its own, asks first as one user, then as many,
and prints the times, what failed, and the server's memory as it grows. `make crowd` runs it. Times are worth something
on a quiet machine only.
"""

import argparse
import itertools
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from gradio_client import Client

import qa
from evals import gold_path, load_gold, newspaper

ROOT = Path(__file__).parent.parent


def memory_mb(pid: int) -> float:
    """Resident memory of a process, in megabytes; Linux only."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def ask_all(address: str, questions: Sequence[str], times: list[float], failures: list[str]) -> None:
    """One user: a session of its own, its questions in order."""
    try:
        client = Client(address, verbose=False)
    except Exception as error:  # noqa: BLE001  whatever it is, it is counted
        failures.append(f"no session: {error}")
        return
    for question in questions:
        start = time.perf_counter()
        try:
            answer = client.predict(question, api_name="/ask")
        except Exception as error:  # noqa: BLE001  whatever it is, it is counted
            failures.append(f"{question}: {error}")
            continue
        times.append(time.perf_counter() - start)
        if answer["question"] != question or not answer["hits"]:
            failures.append(f"{question}: another one's answer")


def run(address: str, users: int, each: int, pid: int) -> tuple[list[float], list[str], list[float]]:
    """Times in seconds, failures, and the server's memory at every fifth of the way."""
    asked = itertools.cycle(gold.question for gold in load_gold(gold_path()))
    times: list[float] = []
    failures: list[str] = []
    threads = [
        threading.Thread(target=ask_all, args=(address, [next(asked) for _ in range(each)], times, failures))
        for _ in range(users)
    ]
    for thread in threads:
        thread.start()
    memory, total = [memory_mb(pid)], users * each
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.2)
        if len(times) + len(failures) >= total * len(memory) / 5:
            memory.append(memory_mb(pid))
    return times, failures, memory


def report(name: str, times: list[float], failures: list[str], memory: list[float]) -> None:
    """One line for one crowd."""
    cuts = statistics.quantiles(times, n=20) if len(times) > 1 else [0.0] * 19
    print(
        f"{name}: {len(times)} answers, {len(failures)} failures, p50 {statistics.median(times or [0]):.2f} s, "
        f"p95 {cuts[18]:.2f} s, memory {', '.join(f'{mb:.0f}' for mb in memory)} MB",
        *failures[:5],
        sep="\n  ",
        flush=True,
    )


def main() -> int:
    """The program `python tests/crowd.py`."""
    parser = argparse.ArgumentParser(description="Ask as many users at once, over HTTP.")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--questions", type=int, default=20, help="of each user")
    parser.add_argument("--index", help="default: a fresh one of the sample newspaper")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, socket.socket() as door:
        index = options.index or f"{scratch}/index"
        if not options.index:
            with qa.open(index) as library:
                library.add(newspaper())
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
        door.close()
        log = Path(scratch) / "log"
        command = [sys.executable, "-m", "qa", "chat", "--index", index, "--port", str(port), "--no-browser"]
        with log.open("w") as output:
            server = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env=dict(os.environ))
        try:
            while "answers at" not in log.read_text():
                assert server.poll() is None, log.read_text()
                time.sleep(0.2)
            address = f"http://127.0.0.1:{port}"
            run(address, 1, 2, server.pid)  # the models are loaded by the first questions
            report("1 user", *run(address, 1, options.questions, server.pid))
            found = run(address, options.users, options.questions, server.pid)
            report(f"{options.users} users", *found)
            return 1 if found[1] or "Traceback" in log.read_text() else 0
        finally:
            server.terminate()
            server.wait(60)


if __name__ == "__main__":
    sys.exit(main())
