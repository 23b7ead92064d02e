"""Keeps Chroma in step with the catalogue, and answers from it only when that equals the reader's state.

Law: whatever state Chroma is in, `nearest` gives candidates that hold the true neighbours as far as Chroma's graph
finds them, or None, and then the catalogue is scanned. Never wrong neighbours, never an error of Chroma's.

Chroma loads its whole graph into memory, and importing it takes a second: a process that asks once never opens it. From
the second question on it is opened and caught up in the background, and the catalogue is scanned until it is ready.
"""

import logging
import os
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import vectors
from .catalogue import Catalogue
from .vectors import Collection, ProjectionError

LAG = 2_000  # changes that are searched exactly beside Chroma's answer; with more the catalogue is scanned
STEP = 1_000  # changes applied at a time; Chroma holds the interpreter for about 0.3 s meanwhile
PROBES = 8  # stored vectors that are read back from a server when it is opened
TOLERANCE = 1e-3  # of a stored vector's components: the catalogue has 11 bits of them

log = logging.getLogger(__name__)


class Projection:
    """Chroma's copy of one catalogue's vectors. Opened when it pays; threads may share it."""

    def __init__(self, catalogue: Catalogue, folder: Path) -> None:
        self._catalogue = catalogue
        self._folder = folder
        self._collection: Collection | None = None
        self.state = "unopened"  # then open; elsewhere (another process has it); broken; closed
        self._opening = threading.RLock()
        self._applying = threading.Lock()
        self._follower: threading.Thread | None = None
        self._stop = threading.Event()
        self._missed = 0  # searches that found Chroma unopened or too far behind

    def nearest(self, vector: NDArray[np.float32], k: int) -> set[int] | None:
        """Numbers of passages among which the k nearest are; None when only a scan can tell.

        To be called inside `catalogue.reading()`. A number may be of a passage that this reader does not see.
        """
        if self.state == "unopened":
            self._follow()
        collection = self._collection
        if collection is None:
            return None
        try:
            applied, busy = collection.state()
            changes = self._catalogue.changes_since(applied, LAG + 1)
            if busy or applied > self._catalogue.sequence():
                return None
            if len(changes) > LAG:
                self._follow()
                return None
            added = {number for _, number, came in changes if came}
            found = collection.nearest(vector, k + len(changes) - len(added))
            return {*found, *added} if collection.state() == (applied, False) else None
        except ProjectionError as error:
            self._give_up(error)
            return None

    def catch_up(self) -> bool:
        """Apply to Chroma what the catalogue has and it has not; False when it is not ours to change, or broken."""
        collection = self._opened()
        if collection is None:
            return False
        try:
            with self._applying:
                while not self._stop.is_set() and self._apply(collection):
                    pass
        except ProjectionError as error:
            self._give_up(error)
            return False
        return True

    def compare(self) -> str | None:
        """What differs between Chroma and the catalogue, in words; None when nothing does, or Chroma is not ours."""
        if not self.catch_up() or self._collection is None:
            return "could not be opened or changed" if self.state == "broken" else None
        try:
            count, expected = self._collection.count, self._catalogue.count_searched()
            if count != expected:
                return f"holds {count:,} passages, the catalogue {expected:,}"
            for numbers, rows in self._catalogue.scan_vectors():
                if not _equal(self._collection, numbers.tolist(), rows):
                    return "holds vectors that are not the catalogue's"
        except ProjectionError as error:
            return f"cannot be read: {error}"
        return None

    def rebuild(self) -> None:
        """Fill Chroma anew from the stored vectors; nothing is embedded again."""
        collection = self._opened()
        try:
            if collection is not None:
                with self._applying:
                    collection.clear()
        except ProjectionError as error:
            self._give_up(error)
        if self.state == "broken":
            self.state = "unopened"  # its folder has no seal: it is begun anew
        self.catch_up()

    def close(self) -> None:
        """Let go of Chroma; an embedded folder is sealed."""
        self._stop.set()
        if self._follower is not None:
            self._follower.join()
        with self._opening:
            collection, self._collection, self.state = self._collection, None, "closed"
        if collection is not None:
            try:
                collection.close()
            except (ProjectionError, OSError) as error:
                log.debug("Chroma's folder is not sealed, it will be made anew: %s", error)

    def _opened(self) -> Collection | None:
        with self._opening:
            if self.state == "unopened":
                name = f"verbatim-{self._catalogue.index_id}"
                server = os.environ.get("QA_CHROMA")
                try:
                    collection = (
                        vectors.open_server(server, name)
                        if server
                        else vectors.open_folder(self._folder, name)
                    )
                    if collection is not None and collection.shared and not self._probe(collection):
                        collection.clear()
                    self._collection, self.state = collection, "open" if collection else "elsewhere"
                except ProjectionError as error:
                    self._give_up(error)
                    if server:
                        log.warning(
                            "the Chroma server %s cannot be used (%s); the catalogue is searched instead",
                            server,
                            error,
                        )
            return self._collection

    def _apply(self, collection: Collection) -> bool:
        """Apply the next changes; False when there are none."""
        applied, _ = collection.state()
        changes = self._catalogue.changes_since(applied, STEP)
        if not changes:
            if collection.state()[1]:  # a process died between two marks
                collection.mark(applied, busy=False)
            return False
        last = changes[-1][0]
        numbers = list(dict.fromkeys(number for _, number, _ in changes))
        stored = self._catalogue.vectors(numbers)  # as it is now: what has gone since is deleted here already
        collection.mark(applied, busy=True)
        if stored:
            collection.upsert(list(stored), np.stack(list(stored.values())).astype(np.float32))
        gone = [number for number in numbers if number not in stored]
        if gone:
            collection.delete(gone)
        collection.mark(last, busy=False)
        return True

    def _follow(self) -> None:
        """Open Chroma and catch up in the background, in a process that asks more than once."""
        self._missed += 1
        if self._missed == 1 or not self._opening.acquire(blocking=False):  # or it is being opened
            return
        try:
            idle = self._follower is None or not self._follower.is_alive()
            if idle and not self._stop.is_set():
                self._follower = threading.Thread(target=self.catch_up, name="verbatim-catch-up", daemon=True)
                self._follower.start()
        finally:
            self._opening.release()

    def _probe(self, collection: Collection) -> bool:
        """Whether a server's collection looks like this catalogue's: its count, and some vectors, each finding itself."""
        applied, busy = collection.state()
        if applied > self._catalogue.sequence():
            return False
        if busy or applied < self._catalogue.sequence():
            return True  # under way; what it holds is scored again from the catalogue
        if collection.count != self._catalogue.count_searched():
            return False
        numbers = self._catalogue.sample_passages(PROBES)
        rows = self._catalogue.vectors(numbers)
        if not _equal(collection, list(rows), np.array(list(rows.values()))):
            return False
        return all(number in collection.nearest(row.astype(np.float32), 10) for number, row in rows.items())

    def _give_up(self, error: ProjectionError) -> None:
        """Chroma failed: this process scans from now on; an embedded folder is begun anew at the next opening."""
        log.debug("Chroma cannot serve, the catalogue is scanned: %s", error)
        with self._opening:
            collection, self._collection, self.state = self._collection, None, "broken"
        if collection is not None:
            collection.abandon()


def _equal(collection: Collection, numbers: list[int], rows: NDArray[np.float16]) -> bool:
    held = collection.read(numbers) if numbers else {}
    return len(held) == len(numbers) and all(
        held[number].shape == row.shape and bool(np.allclose(held[number], row, atol=TOLERANCE))
        for number, row in zip(numbers, rows, strict=True)
    )
