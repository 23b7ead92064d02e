"""A second process that parses what strangers wrote, with a limit on memory and on time.

PDF, Word, HTML, mail and feed parsers can be made to loop, to recurse or to fill the memory. Here that costs one
file, named with the reason: the process is ended, and the next file gets a new one.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from .types import Original, Record, Skipped

SECONDS = 60.0  # for one file; a PDF of 300 pages of 45 full lines took 2.0 s on a busy core
MEMORY = (
    832 * 1024 * 1024
)  # bytes above what the process has when it starts: with them it stays below a gigabyte
MAX_REPLY = 256 * 1024 * 1024  # bytes; text beyond is nobody's article
MAX_WRITTEN = 1024 * 1024  # bytes that a parser may write to any file: its last words to stderr
MAX_ARTICLE_BYTES = 32 * 1024 * 1024  # of text; War and Peace has 3 MB
ENVIRONMENT = (
    "PATH",
    "LD_LIBRARY_PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "SYSTEMROOT",
    "TEMP",
)  # what a Python needs
START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from indexes.sandbox import serve; serve(int(sys.argv[2]))"


class Sandbox:
    """Parses one file at a time in a process of its own, which is started when it is first needed. Use it in `with`."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.seconds = seconds
        self.memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._words: IO[bytes] | None = None  # what the process says on stderr
        self._late = False

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout):
                with suppress(OSError):  # a pipe to a process that is gone
                    stream.close()  # type: ignore[union-attr]  # both are pipes
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._words is not None:
            self._words.close()
            self._words = None

    def parse(self, original: Original) -> list[Record | Skipped]:
        """The records in one file, or why there are none."""
        process = self._process or self._start()
        self._late = False
        timer = threading.Timer(self.seconds, self._end)
        timer.start()
        try:
            reply = self._ask(process, original)
        finally:
            timer.cancel()
        if reply is None:
            # A file that takes too long does so again; one whose parser broke may find a better one next time.
            return [Skipped(original.source, self._last_words(), passing=not self._late)]
        return [Skipped(*row) if isinstance(row, list) else Record(**row) for row in json.loads(reply)]

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).parent.parent)
        paths = [root, *(p for p in sys.path if p)]
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", START, json.dumps(paths), str(self.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            # No key that stands in the environment goes there. Numeric libraries reserve memory for every thread.
            env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
            | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        return self._process

    def _end(self) -> None:
        self._late = True
        if self._process is not None:
            self._process.kill()

    def _ask(self, process: subprocess.Popen[bytes], original: Original) -> bytes | None:
        """The process's reply; None when it ended, or was ended, instead of replying."""
        assert process.stdin is not None
        assert process.stdout is not None
        head = {k: v for k, v in asdict(original).items() if k != "content"}
        try:
            process.stdin.write(json.dumps([head, len(original.content)]).encode() + b"\n")
            process.stdin.write(original.content)
            process.stdin.flush()
            length = int(process.stdout.readline() or -1)
            reply = process.stdout.read(length) if 0 <= length <= MAX_REPLY else b""
        except (BrokenPipeError, ConnectionResetError):
            return None
        return reply if len(reply) == length else None

    def _last_words(self) -> str:
        """Why the process gave no reply, in words; the next file gets a new one."""
        assert self._process is not None
        assert self._words is not None
        if not self._late:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5)
        status = self._process.poll()
        self._words.seek(0)
        lines = self._words.read(MAX_WRITTEN).decode("utf-8", "replace").splitlines() or [""]
        self.close()
        if self._late:
            return f"takes longer than {self.seconds:g} s to parse; it may be damaged"
        if status is None or status < 0:
            return f"broke its parser (signal {-(status or 0)}); it may be damaged"
        words = "".join(c for c in lines[-1] if c.isprintable())[:120]
        return f"broke its parser ({words or f'status {status}'}); it may be damaged"


# -- the other side: what runs in that process ------------------------------------------------------------------


def serve(memory: int) -> None:
    """Read files from stdin and write their records to stdout until there are no more."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a parser prints is no reply
    logging.disable()
    _limit(memory)
    while line := requests.readline():
        head, size = json.loads(line)
        _allow_seconds()
        original = Original(content=requests.read(size), **head)
        rows = [_to_row(item) for item in _try(original, memory)]
        reply = json.dumps(rows).encode()
        del original, rows
        replies.write(b"%d\n" % len(reply) + reply)
        replies.flush()


def _try(original: Original, memory: int) -> list[Record | Skipped]:
    """Parse; what a parser may do in good faith with bad data becomes a reason."""
    try:
        return list(_parse(original))
    except MemoryError:
        reason = f"needs more than {memory // 2**20:,} MiB of memory; it may be damaged"
    except RecursionError:
        reason = "nests too deeply"
    except ModuleNotFoundError as error:
        package = {"docx": "python-docx"}.get(error.name or "", error.name)
        return [
            Skipped(
                original.source, f"cannot be read without {package}; run: pip install {package}", passing=True
            )
        ]
    return [Skipped(original.source, reason)]


def _parse(original: Original) -> Iterable[Record | Skipped]:
    if original.kind == "html":
        from .pages import read_page

        return read_page(original)
    if original.kind == "feed":
        from .feeds import read_feed

        return read_feed(original)
    from . import documents

    parsers = {
        "mhtml": documents.read_mhtml,
        "pdf": documents.read_pdf,
        "docx": documents.read_docx,
        "eml": documents.read_mail,
    }
    return parsers[original.kind](original)


def _to_row(item: Record | Skipped) -> dict[str, Any] | list[Any]:
    if isinstance(item, Record) and len(item.text) > MAX_ARTICLE_BYTES:
        item = Skipped(item.source, f"holds {len(item.text):,} characters; that is no article")
    return asdict(item) if isinstance(item, Record) else [item.source, item.reason, item.passing]


def _limit(memory: int) -> None:
    """No more memory than this, no large files, no core dump: where the system can (not on Windows)."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        status = Path("/proc/self/statm")
        now = int(status.read_text().split()[0]) * resource.getpagesize() if status.exists() else 2**30
        for what, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, MAX_WRITTEN),
            (resource.RLIMIT_AS, now + memory),
        ):
            resource.setrlimit(what, (most, most))


def _allow_seconds() -> None:
    """A limit on the processor's time too: the timer that ends this process ends with its parent."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime + SECONDS) + 10
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
