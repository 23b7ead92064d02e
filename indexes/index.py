"""Index: one object over the catalogue (the truth) and the projection (Chroma).

Searching never depends on the projection being whole: candidates of Chroma are scored again from the catalogue,
what the catalogue has that Chroma does not is added exactly, and without Chroma the catalogue is scanned.
"""

import math
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from . import vectors
from .catalogue import Catalogue
from .embed import Embedder
from .errors import IndexDamaged, IndexLocked, IndexMismatch, IndexNotFound
from .projection import Projection
from .sayings import sayings
from .schema import DRAFT
from .settle import copies_of, one_a_story, updates_among
from .speech import Speech
from .split import RULES
from .types import Article, Passage, Recipe, Scored, Span
from .weights import DEFAULT_MODEL

CATALOGUE = "catalogue.sqlite3"
FEW = 2_000  # allowed passages that are compared one by one
MARGIN = 2  # times as many as would hold k allowed ones if these lay evenly
COUNTED = 10_000  # words whose passages are kept counted: about a megabyte


class Index:
    """An index on disk. Opened by `Index.open`; close it, or use it in `with`. Threads may share one."""

    def __init__(self, path: Path, catalogue: Catalogue, embedder: Embedder) -> None:
        self.path = path
        self.catalogue = catalogue
        self.embedder = embedder
        self.projection = Projection(catalogue, path / "vectors")
        self._counted: tuple[int, dict[str, int]] = (
            -1,
            {},
        )  # a state of the catalogue, and words counted in it

    @classmethod
    def open(cls, path: str | Path, *, create: bool = False, model: str | None = None) -> "Index":
        """Open the index at a path.

        `model` names the embedding model of a new index, and must be that of an existing one when it is given.
        Raises IndexNotFound, IndexMismatch, IndexDamaged or ModelUnavailable.
        """
        folder = Path(path).expanduser().resolve()
        place = folder / CATALOGUE
        if not place.exists():
            if not create:
                raise IndexNotFound(
                    f"there is no index at {folder}; make one with: qa index SOURCE --index {folder}"
                )
            if folder.exists() and (not folder.is_dir() or any(not _ours(p) for p in folder.iterdir())):
                raise IndexNotFound(
                    f"{folder} holds other things and is not an index; name another folder with --index"
                )
            embedder = Embedder(model or DEFAULT_MODEL)
            with _locked(folder):
                if not place.exists():  # another process may have been faster
                    return cls(folder, Catalogue.create(place, _recipe(embedder)), embedder)
        catalogue = Catalogue(
            place, read_only=not os.access(place, os.W_OK) or not os.access(folder, os.W_OK)
        )
        try:
            embedder = Embedder(model or catalogue.recipe.embedder)
            _compare(catalogue.recipe, _recipe(embedder), folder)
        except BaseException:
            catalogue.close()
            raise
        return cls(folder, catalogue, embedder)

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files; the projection is sealed."""
        self.projection.close()
        self.catalogue.close()

    # -- searching -----------------------------------------------------------------------------------------

    def reading(self) -> AbstractContextManager[None]:
        """Everything searched and read inside comes from one state of the index."""
        return self.catalogue.reading()

    def search_vectors(
        self, vector: NDArray[np.float32], k: int, allowed: set[int] | None = None
    ) -> list[Scored]:
        """The k passages nearest to a unit vector by cosine, best first; only those in `allowed` when it is given."""
        with self.reading():
            candidates = (
                self.projection.nearest(vector, k) if allowed is None else self._near(vector, k, allowed)
            )
            if candidates is None:
                return self._scan(vector, k, allowed)
            stored = self.catalogue.vectors(sorted(candidates), echoes=allowed is not None)
            if not stored:
                return []
            return vectors.exact(vector, np.array(list(stored), np.int64), np.stack(list(stored.values())), k)

    def search_words(self, match: str, k: int, allowed: set[int] | None = None) -> list[Scored]:
        """The k best passages for a full-text query by BM25, best first."""
        return self.catalogue.search_words(match, k, allowed)

    def frequency(self, words: Sequence[str]) -> dict[str, int]:
        """How many passages hold each word in any of its forms. Counted once a state of the index."""
        with self.reading():
            state, counts = self._counted
            if state != self.catalogue.sequence() or len(counts) > COUNTED:
                counts = {}
                self._counted = self.catalogue.sequence(), counts
            for word in words:
                if word not in counts:
                    counts[word] = self.catalogue.count_with(word)
            return {word: counts[word] for word in words}

    def rarity(self, words: Sequence[str]) -> dict[str, float]:
        """The inverse document frequency of each word over the passages, as BM25 has it, never negative."""
        total = self.catalogue.count_passages()
        return {
            word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in self.frequency(words).items()
        }

    def passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """The passages with these numbers; one that is gone is left out."""
        return self.catalogue.passages(numbers)

    def article(self, article_id: str, edition: str | None = None) -> Article | None:
        """The current article, or one edition of it; None when there is none."""
        return self.catalogue.article(article_id, edition)

    def sentences(self, article_id: str, edition: str | None = None) -> tuple[Span, ...]:
        """The sentence borders of an article."""
        return self.catalogue.sentences(article_id, edition)

    def sayings(self, article_id: str, edition: str) -> tuple[Speech, ...]:
        """Who says what in an edition of an article."""
        return sayings(self.catalogue, article_id, edition)

    def one_a_story(self, allowed: set[int]) -> set[int]:
        """These passages without those that only repeat, in a copy, what others of them say."""
        return one_a_story(self.catalogue, allowed)

    def copies(self, article_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Article id → the other articles of its story, the first published first; only of those that have some."""
        return copies_of(self.catalogue, article_ids)

    def updates(self, article_ids: Collection[str]) -> list[tuple[str, str]]:
        """Which of these articles is an update of which: (newer, older)."""
        return updates_among(self.catalogue, article_ids)

    def writing(self) -> AbstractContextManager[None]:
        """Hold the writer's lock. Raises IndexLocked, with the holder's process id, when another process does."""
        return _locked(self.path)

    def _near(self, vector: NDArray[np.float32], k: int, allowed: set[int]) -> set[int] | None:
        """Passages among which the k nearest of the allowed ones are; None when only a scan can tell.

        Of many the projection is asked for so many more that k of them are likely to be allowed; when they are, no
        allowed passage that is nearer can be missing.
        """
        if len(allowed) <= FEW:
            return allowed
        depth = MARGIN * k * self.catalogue.count_passages() // len(allowed)
        found = self.projection.nearest(vector, depth)
        if found is None or len(found & allowed) < k:
            return None
        return found & allowed | allowed & self.catalogue.echoes()  # which are not in the projection

    def _scan(self, vector: NDArray[np.float32], k: int, allowed: set[int] | None) -> list[Scored]:
        wanted = None if allowed is None else np.array(sorted(allowed), np.int64)
        best: list[Scored] = []
        for numbers, rows in self.catalogue.scan_vectors(echoes=allowed is not None):
            if wanted is not None:
                mask = np.isin(numbers, wanted, assume_unique=True)
                numbers, rows = numbers[mask], rows[mask]  # noqa: PLW2901  the same portion, filtered
            best += vectors.exact(vector, numbers, rows, k)
            best = sorted(best, key=lambda s: (-s.score, s.number))[:k]
        return best


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / "writer.lock")
    holder = folder / "writer.pid"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=1)
        holder.write_text(f"{os.getpid()}\n", encoding="ascii")
    except Timeout:
        raise IndexLocked(
            f"process {_pid(holder)} is changing the index {folder}; wait until it has finished"
        ) from None
    except OSError as error:
        lock.release()
        raise IndexDamaged(
            f"the index {folder} cannot be changed: {error.strerror or error}; free space, or make the folder writable"
        ) from error
    try:
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _pid(holder: Path) -> str:
    try:
        return holder.read_text(encoding="ascii").strip() or "unknown"
    except (OSError, UnicodeDecodeError):
        return "unknown"


def _ours(path: Path) -> bool:
    """Whether an index that was killed while it was made can have left this; or vectors of other machines' shards."""
    return path.name in ("writer.lock", "writer.pid", "shards") or path.name.startswith(DRAFT)


def _recipe(embedder: Embedder) -> Recipe:
    return Recipe(embedder.name, embedder.weights, embedder.dimension, embedder.window, RULES)


def _compare(stored: Recipe, ours: Recipe, folder: Path) -> None:
    if stored.fingerprint == ours.fingerprint:
        return
    if stored.weights != ours.weights:
        what = f"with the model {stored.embedder!r}, this would use {ours.embedder!r} (or other weights of that name)"
    else:
        what = f"by the rules {stored.rules} with {stored.passage_tokens} word pieces, this is {ours.rules} with {ours.passage_tokens}"
    raise IndexMismatch(
        f"the index {folder} was made {what}; open it with the same settings, or index again in another folder"
    )
