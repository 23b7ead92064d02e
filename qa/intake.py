"""Articles that are added and removed while questions are answered: one thing after the other, in a thread of its own.

An upload is kept in the index's folder, under the digest of its content: a second file of the same name takes nothing
from the first.
"""

import hashlib
import re
import shutil
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from indexes import Progress, QAError, Update
from indexes.load import is_url

from .library import Library

UPLOADS = "uploads"  # in the index's folder
MAX_FILES = 100  # of one upload
MAX_ADDRESSES = 20
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')


class IntakeError(QAError, ValueError):
    """What was given cannot be added."""


@dataclass(frozen=True, slots=True)
class Job:
    """Some sources on their way into the index."""

    sources: tuple[str, ...]  # names and addresses, as the user knows them
    progress: Progress | None = None  # None: it has not begun
    update: Update | None = None  # once it is done
    problem: str | None = None  # why it could not be done


class Intake:
    """Adds to and removes from one library. Close it when nothing is added any more."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._jobs: dict[int, Job] = {}
        self._futures: dict[int, Future[None]] = {}

    def close(self) -> None:
        """Wait for what is being added; what has not begun is not."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def add(self, files: Sequence[str | Path], addresses: Sequence[str]) -> int:
        """Begin to add uploaded files and web addresses; the job's number. Raises IntakeError."""
        addresses = list(dict.fromkeys(address.strip() for address in addresses if address.strip()))
        if not files and not addresses:
            raise IntakeError("nothing was given; drop files, or write a web address")
        for address in addresses:
            if not is_url(address):
                raise IntakeError(f"{address!r} is no web address; it begins with https:// or http://")
        if len(files) > MAX_FILES or len(addresses) > MAX_ADDRESSES:
            raise IntakeError(
                f"at most {MAX_FILES} files and {MAX_ADDRESSES} addresses at a time; for more use: qa index FOLDER"
            )
        try:
            kept = [self.keep(Path(file)) for file in files]
        except OSError as error:
            raise IntakeError(
                f"the upload cannot be kept in {self.library.index.path}: {error.strerror or error}; free space, or make "
                "the folder writable"
            ) from error
        number = len(self._jobs) + 1
        self._jobs[number] = Job((*(path.name for path in kept), *addresses))
        self._futures[number] = self._pool.submit(self._run, number, (*kept, *addresses))
        return number

    def job(self, number: int) -> Job:
        """How a job stands. Raises what went wrong in it, if that is our fault."""
        if self._futures[number].done():
            self._futures[number].result()
        return self._jobs[number]

    def remove(self, article_id: str) -> Future[int]:
        """Begin to take an article out, with the pieces boxed into it; how many were there."""
        return self._pool.submit(self._remove, article_id)

    def keep(self, file: Path) -> Path:
        """A copy of an uploaded file in the index's folder; the upload is gone."""
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()[:16]
        name = safe_name(file.name)
        place = self.library.index.path / UPLOADS / digest / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            draft = place.with_name(f".{name}.part")
            shutil.copyfile(file, draft)
            draft.replace(place)
        file.unlink(missing_ok=True)
        return place

    def _run(self, number: int, sources: Sequence[str | Path]) -> None:
        def tell(progress: Progress) -> None:
            self._jobs[number] = replace(self._jobs[number], progress=progress)

        tell(Progress(0, 0, 0, 0))
        try:
            update = self.library.add(*sources, progress=tell)
        except QAError as error:
            self._jobs[number] = replace(self._jobs[number], problem=str(error))
        else:
            self._jobs[number] = replace(self._jobs[number], update=update)

    def _remove(self, article_id: str) -> int:
        """Remove, and forget an upload of which no article is left, so that it can be uploaded again."""
        catalogue = self.library.index.catalogue
        _, file = catalogue.place(article_id)
        removed = self.library.remove([article_id])
        uploads = self.library.index.path / UPLOADS
        if removed and file and Path(file).is_relative_to(uploads) and not catalogue.articles_of(file):
            with self.library.index.writing():
                catalogue.forget_file(file)
            Path(file).unlink(missing_ok=True)
        return removed


def safe_name(name: str) -> str:
    """A file name without what a file system, or a reader, could take for something else; its suffix is kept."""
    name = UNSAFE.sub("_", name).lstrip(".") or "_"
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:100]}{dot}{suffix[:12]}" if dot else name[:100]
