"""Chroma: the projection that answers nearest-neighbour questions, made from the catalogue at any time.

Nothing here is the truth. An embedded Chroma folder belongs to one process at a time (an OS lock), is sealed with
the digests of its files when it is closed, and is thrown away and made anew when the seal does not hold: Chroma
itself answers with wrong neighbours from a torn file and raises nothing.
Only what every deployment of Chroma supports is used; it never sees a text, and embeds nothing.

Chroma up to 1.5.9 runs code that a stored embedding-function configuration names (CVE-2026-45829, CVE-2026-45833):
`embedding_function=None` everywhere and never reading `collection.configuration` keep that path shut.
"""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from .types import Scored

BATCH = 1_000  # rows a call; also the least that every deployment takes
# Recall@10 against exact search over 90,000 news passages decides these; see tests/test_vectors.py.
HNSW = {
    "space": "cosine",
    "ef_construction": 200,
    "max_neighbors": 24,
    "ef_search": 200,
    "sync_threshold": 5_000,
}
APPLIED = "applied"  # collection metadata: the last change of the catalogue that is in it
BUSY = "busy"  # collection metadata: 1 while changes are being applied


class ProjectionError(Exception):
    """Chroma cannot serve; the catalogue can. Never shown to a user: caught by projection.py."""


class Collection:
    """One Chroma collection of passage vectors. Made by `open_folder` or `open_server`."""

    def __init__(self, client: Any, name: str, folder: Path | None, lock: FileLock | None) -> None:
        self._client = client
        self._name = name
        self._folder = folder
        self._lock = lock
        with _translated():
            # hnsw settings of an existing collection stay as they are.
            self._collection = client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": HNSW}, metadata={APPLIED: 0, BUSY: 0}
            )
        self._state = self._read_state()

    @property
    def shared(self) -> bool:
        """Whether other processes may change it too."""
        return self._folder is None

    @property
    def count(self) -> int:
        """Rows in the collection."""
        with _translated():
            return int(self._collection.count())

    def state(self) -> tuple[int, bool]:
        """(the last change of the catalogue that is in it, whether more are being applied right now)."""
        if self.shared:
            with _translated():
                self._collection = self._client.get_collection(self._name, embedding_function=None)
                self._state = self._read_state()
        return self._state

    def mark(self, seq: int, *, busy: bool) -> None:
        """Say that every change of the catalogue up to this one has been applied, and whether more are coming."""
        with _translated():
            self._collection.modify(metadata={APPLIED: seq, BUSY: int(busy)})
        self._state = (seq, busy)

    def upsert(self, numbers: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Store the vectors of these passages; storing one again changes nothing."""
        with _translated():
            for i in range(0, len(numbers), BATCH):
                ids = [str(n) for n in numbers[i : i + BATCH]]
                self._collection.upsert(ids=ids, embeddings=vectors[i : i + BATCH])

    def delete(self, numbers: Sequence[int]) -> None:
        """Forget these passages; forgetting one that is not there changes nothing."""
        with _translated():
            for i in range(0, len(numbers), BATCH):
                self._collection.delete(ids=[str(n) for n in numbers[i : i + BATCH]])

    def clear(self) -> None:
        """Begin anew, empty."""
        with _translated():
            self._client.delete_collection(self._name)
            self._collection = self._client.create_collection(
                self._name,
                embedding_function=None,
                configuration={"hnsw": HNSW},
                metadata={APPLIED: 0, BUSY: 0},
            )
        self._state = (0, False)

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[int]:
        """Numbers of the k passages nearest to a vector, nearest first, as far as the graph finds them."""
        with _translated():
            found = self._collection.query(query_embeddings=[vector.tolist()], n_results=k, include=[])
        return [int(n) for n in found["ids"][0]]

    def read(self, numbers: Iterable[int]) -> dict[int, NDArray[np.float32]]:
        """The stored vectors of these passages; one that is not there is left out."""
        with _translated():
            found = self._collection.get(ids=[str(n) for n in numbers], include=["embeddings"])
            return {
                int(n): np.asarray(v, np.float32)
                for n, v in zip(found["ids"], found["embeddings"], strict=True)
            }

    def close(self) -> None:
        """Let go of Chroma; an embedded folder is sealed and unlocked."""
        try:
            if self._folder is not None:
                with _translated():
                    self._client.close()
                _seal(self._folder)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let go without a seal: an embedded folder is begun anew when it is opened next."""
        if self._lock is not None:
            self._lock.release()

    def _read_state(self) -> tuple[int, bool]:
        metadata = self._collection.metadata or {}
        return int(metadata.get(APPLIED, 0)), bool(metadata.get(BUSY, 0))


def open_folder(root: Path, name: str) -> Collection | None:
    """The embedded collection below `root`; None while another process has it.

    A folder whose seal does not hold is replaced by an empty one, to be filled from the catalogue.
    Raises ProjectionError when Chroma cannot open even that.
    """
    root = root.resolve()  # Chroma takes two spellings of one path for two engines
    lock = FileLock(
        root / "lock", thread_local=False
    )  # the thread that closes need not be the one that opened
    try:
        root.mkdir(exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        return None
    except OSError as error:
        raise ProjectionError(str(error)) from error
    try:
        folder = _whole_generation(root) or _new_generation(root)
        (folder / "seal.json").unlink(missing_ok=True)
        return Collection(_embedded_client(folder / "chroma"), name, folder, lock)
    except (ProjectionError, OSError) as error:
        lock.release()
        raise ProjectionError(str(error)) from error


def open_server(url: str, name: str) -> Collection:
    """The collection on a Chroma server, for instance http://127.0.0.1:8000. Raises ProjectionError."""
    from urllib.parse import urlsplit

    import chromadb

    parts = urlsplit(url)
    with _translated():
        client = chromadb.HttpClient(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (443 if parts.scheme == "https" else 8000),
            ssl=parts.scheme == "https",
            settings=_settings(),
        )
        return Collection(client, name, None, None)


def _embedded_client(folder: Path) -> Any:
    import chromadb

    folder.mkdir(exist_ok=True)
    with _translated():
        return chromadb.PersistentClient(path=str(folder), settings=_settings())


def _settings() -> Any:
    """Chroma's settings without what a stray .env in the working folder would say."""
    from chromadb.config import Settings

    return Settings(_env_file=None, anonymized_telemetry=False, allow_reset=False)


class _translated:  # noqa: N801  used as a verb: with _translated()
    """Chroma's many errors, its panics included, as ProjectionError."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if (
            kind is None
            or error is None
            or isinstance(error, ProjectionError | KeyboardInterrupt | SystemExit | MemoryError)
        ):
            return
        raise ProjectionError(f"{kind.__name__}: {error}") from error


def _whole_generation(root: Path) -> Path | None:
    """The current generation's folder, when its seal holds."""
    try:
        folder = root / Path((root / "current").read_text(encoding="ascii").strip()).name
        seal = json.loads((folder / "seal.json").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return folder if seal == _digests(folder / "chroma") else None


def _new_generation(root: Path) -> Path:
    """A fresh folder under a name never used before: Chroma keeps engines of old paths. Older ones are deleted."""
    folder = root / f"generation-{uuid.uuid4().hex[:12]}"
    folder.mkdir()
    for old in root.glob("generation-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    _write_durably(root / "current", folder.name)
    return folder


def _seal(folder: Path) -> None:
    for path in (folder / "chroma").rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _write_durably(folder / "seal.json", json.dumps(_digests(folder / "chroma"), sort_keys=True))


def _digests(folder: Path) -> dict[str, str]:
    digests: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digests[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests


def _write_durably(path: Path, content: str) -> None:
    """Either the old content or the new one, whenever the power fails."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="ascii") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def exact(
    vector: NDArray[np.float32], numbers: NDArray[np.int64], vectors: NDArray[np.float16], k: int
) -> list[Scored]:
    """The k best of these rows by cosine (all vectors have length one), best first, ties by number."""
    scores = vectors.astype(np.float32) @ vector
    best = np.lexsort((numbers, -scores))[:k]
    return [Scored(int(numbers[i]), float(scores[i])) for i in best]
