"""Indexing split over processes and machines: each embeds its share of the sources ahead, the last one stores them all.

Law: what N shards make is what one process makes. For the catalogue is written by one process only, by the ordinary
update over all sources in their order; it takes the vectors that the shards left in the index's folder, each under the
digest of the text that it was made of, and embeds what none has left. Whoever is killed, whenever, is run again: a
vector that is on disk is not made twice, and one that is damaged or of an older text is never taken.
A share is a function of the sources' identity alone: of a file's path, and, in files that hold many, of an article's id.
Web addresses are left to the update, which fetches them.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from .clean import clean
from .errors import IndexDamaged, IndexLocked
from .load import SourceFile, find_files, is_url, read_records
from .sandbox import Sandbox
from .split import passage_input, split
from .types import Article, Progress, Record, digest

if TYPE_CHECKING:
    from .catalogue import FileNote
    from .index import Index

SHARD = re.compile(r"([0-9]{1,5})/([0-9]{1,5})")
WINDOW = 1_024  # passages embedded at a time: as many as are lost when killed
SEVERAL = ("jsonl", "csv", "feed", "zip")  # kinds of files that hold many articles


@dataclass(frozen=True, slots=True)
class Shard:
    """The `number`-th of `total` shares, counted from 1."""

    number: int
    total: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.total:
            raise ValueError(f"there is no shard {self.number} of {self.total}")

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """ "2/4" → the second of four. Raises ValueError."""
        match = SHARD.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a shard such as 2/4")
        return cls(int(match[1]), int(match[2]))

    def holds(self, identity: str) -> bool:
        """Whether what is known by this belongs to the share: to exactly one of all of them."""
        return int(digest("shard", identity)[:12], 16) % self.total == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}-of-{self.total}"


class Embedded(NamedTuple):
    """What came of embedding a shard."""

    passages: int  # embedded by this process
    left: tuple[int, ...]  # shards that are not done


class Ahead:
    """The vectors in an index's folder that shards have embedded ahead of the update."""

    def __init__(self, index: "Index") -> None:
        self._embedder = index.embedder
        self.folder = index.path / "shards" / index.catalogue.recipe.fingerprint
        # A text's digest in two parts: one to find it by, one to be sure.
        self._record = np.dtype(
            [("key", "u8"), ("check", "u8"), ("vector", "f2", (index.embedder.dimension,))]
        )
        self._files: list[Path] = []
        self._keys = np.zeros(0, np.uint64)
        self._places = np.zeros((0, 2), np.int64)  # file and row
        self.load()

    def load(self) -> None:
        """Find what is there now. A file that is not whole is passed over: its texts are embedded again."""
        self._files, keys, places = [], [], []
        for path in sorted(self.folder.glob("*.npy")):
            rows = self._rows(path)
            if rows is not None:
                keys.append(rows["key"].copy())  # or every file would stay in memory
                places.append(np.stack([np.full(len(rows), len(self._files)), np.arange(len(rows))], axis=1))
                self._files.append(path)
        if keys:
            found = np.concatenate(keys)
            order = np.argsort(found, kind="stable")
            self._keys, self._places = found[order], np.concatenate(places)[order]

    def __len__(self) -> int:
        return len(self._keys)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `Embedder.embed`; what was embedded ahead is taken from there."""
        found = self.find(texts)
        if not found:
            return self._embedder.embed(texts)
        left = [i for i in range(len(texts)) if i not in found]
        vectors = np.empty((len(texts), self._embedder.dimension), np.float32)
        for i, vector in found.items():
            vectors[i] = vector
        vectors[left] = self._embedder.embed([texts[i] for i in left])
        return vectors

    def find(self, texts: Sequence[str]) -> dict[int, NDArray[np.float16]]:
        """Which of the texts have a vector here: their positions, each with it."""
        if not len(self) or not texts:
            return {}
        wanted = self._digests(texts)
        at = np.searchsorted(self._keys, wanted["key"])
        inside = np.flatnonzero(at < len(self._keys))
        hits = inside[self._keys[at[inside]] == wanted["key"][inside]]
        found: dict[int, NDArray[np.float16]] = {}
        places = self._places[at[hits]]
        for number in np.unique(places[:, 0]):
            rows = np.load(self._files[number], mmap_mode="r", allow_pickle=False)
            for i, row in zip(hits[places[:, 0] == number], places[places[:, 0] == number, 1], strict=True):
                if rows[row]["check"] == wanted["check"][i]:
                    found[int(i)] = np.array(rows[row]["vector"])
        return found

    def keep(self, shard: Shard, texts: Sequence[str]) -> None:
        """Embed these texts and put their vectors on disk, whole or not at all."""
        rows = self._digests(texts)
        rows["vector"] = self._embedder.embed(texts).astype(np.float16)
        content = BytesIO()
        np.save(content, rows, allow_pickle=False)
        name = f"{shard}.{hashlib.sha256(content.getvalue()).hexdigest()[:16]}.npy"
        _write(self.folder / name, content.getvalue())

    def _digests(self, texts: Sequence[str]) -> NDArray[Any]:
        rows = np.zeros(len(texts), self._record)
        whole = b"".join(hashlib.sha256(text.encode()).digest()[:16] for text in texts)
        parts = np.frombuffer(whole, np.uint64).reshape(-1, 2)
        rows["key"], rows["check"] = parts[:, 0], parts[:, 1]
        return rows

    def _rows(self, path: Path) -> NDArray[Any] | None:
        try:
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest()[:16] != path.name.split(".")[1]:
                return None
            rows = np.load(BytesIO(content), allow_pickle=False)
        except (OSError, ValueError, IndexError):
            return None
        return rows if rows.dtype == self._record else None

    # -- who is done -----------------------------------------------------------------------------------------

    def mark(self, shard: Shard, job: str) -> None:
        """This shard has embedded all of its share of the job."""
        _write(self.folder / f"{shard}.done", job.encode("ascii"))

    def left(self, total: int, job: str) -> tuple[int, ...]:
        """The shards of so many that are not done."""
        marks = {n: _text(self.folder / f"{Shard(n, total)}.done") for n in range(1, total + 1)}
        return tuple(n for n, mark in marks.items() if mark != job)

    def clear(self, job: str) -> None:
        """Forget the vectors, when all shards of this job are done and so is the update."""
        totals = {int(path.stem.rpartition("-")[2]) for path in self.folder.glob("*-of-*.done")}
        if any(not self.left(total, job) for total in totals):
            shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def working(self, shard: Shard) -> Iterator[None]:
        """Hold the lock of a shard. Raises IndexLocked when another process works on the same one."""
        lock = FileLock(self.folder.parent / f"{shard}.lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=1)
        except Timeout:
            raise IndexLocked(
                f"another process is embedding shard {shard.number} of {shard.total} of the index {self.folder.parent.parent};"
                " wait until it has finished, or name another shard"
            ) from None
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        try:
            for draft in self.folder.glob(f"{shard}.*.new"):  # by one that was killed here
                draft.unlink(missing_ok=True)
            yield
        finally:
            lock.release()


def job_of(sources: Iterable[str | Path | Article]) -> str:
    """Digest of what is indexed together, the same in every process that is given the same sources."""
    named = (
        s.id if isinstance(s, Article) else s if is_url(s) else str(Path(s).expanduser().resolve())
        for s in sources
    )
    return digest("job", *map(str, named))


def embed_ahead(
    index: "Index",
    sources: Sequence[str | Path],
    shard: Shard,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Embedded:
    """Embed this share of the sources, as far as the index does not have it and it is not embedded yet.

    When no shard is left, `update` over the same sources is to follow: it stores what all of them have embedded. The catalogue is only read. Raises IndexLocked when another process works on the same shard.
    """
    ahead = Ahead(index)
    with ahead.working(shard), Sandbox() as sandbox:
        job = job_of(sources)
        work = _Work(ahead, shard)
        files = [f for f in find_files([s for s in sources if not is_url(s)]) if isinstance(f, SourceFile)]
        total, done = sum(file.size for file in files), 0
        known, notes = index.catalogue.editions(), index.catalogue.files()
        for file in files:
            for article in _share(file, notes.get(str(file.path)), shard, sandbox):
                if known.get(article.id) != article.edition:
                    cut = split(article, index.embedder.token_ends, window=index.embedder.passage_tokens)
                    work.take([passage_input(cut.heading, passage.text) for passage in cut.passages])
            done += file.size
            progress(Progress(done, total, work.articles, work.passages))
        work.flush()
        ahead.mark(shard, job)
        return Embedded(work.passages, ahead.left(shard.total, job))


def _share(file: SourceFile, note: "FileNote | None", shard: Shard, sandbox: Sandbox) -> Iterator[Article]:
    """The articles of a file that belong to the shard; none of one that has not changed, or cannot be read."""
    several = file.kind in SEVERAL
    if not several and not shard.holds(str(file.path)):
        return
    if note is not None and note.tells(file.size, file.mtime_ns):
        return
    try:
        with file.path.open("rb") as stream:
            for record in read_records(file, stream, sandbox):
                articles = clean(record) if isinstance(record, Record) else ()
                if articles and (not several or shard.holds(articles[0].id)):
                    yield from articles
    except OSError:
        return  # the update tells of it


class _Work:
    """Texts that wait until they are enough to be embedded together."""

    def __init__(self, ahead: Ahead, shard: Shard) -> None:
        self.ahead = ahead
        self.shard = shard
        self.waiting: dict[str, None] = {}
        self.articles = self.passages = 0

    def take(self, texts: Sequence[str]) -> None:
        self.articles += 1
        self.waiting |= dict.fromkeys(texts)
        if len(self.waiting) >= WINDOW:
            self.flush()

    def flush(self) -> None:
        texts = list(self.waiting)
        there = self.ahead.find(texts)
        new = [text for i, text in enumerate(texts) if i not in there]
        if new:
            self.ahead.keep(self.shard, new)
        self.passages += len(new)
        self.waiting = {}


def _write(path: Path, content: bytes) -> None:
    """Either whole or not at all, whenever the process or the power fails."""
    draft = path.with_name(f"{path.name}.new")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None


def _unwritable(path: Path, error: OSError) -> IndexDamaged:
    return IndexDamaged(
        f"{path} cannot be written: {error.strerror or error}; free space, or make the folder writable"
    )
