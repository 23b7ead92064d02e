"""plan() what changed, apply() it: article by article, each acknowledged when it is on disk.

`plan` is a pure function from editions to changes. `apply` writes each change in one transaction, so killing an
update anywhere and running it again gives the same index as never killing it. A file is remembered as done only
after its last article; until then it is read again, and what is already there costs nothing.
"""

import hashlib
import re
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from .catalogue import UNSETTLED, FileNote
from .clean import adopt, clean, path_identity
from .engines import Vectors
from .index import Index
from .load import SourceFile, find_files, is_url, read_fetched, read_records
from .sandbox import Sandbox
from .sayings import listen
from .settle import settle
from .shards import Ahead, job_of
from .split import passage_input, split
from .types import Article, Change, Progress, Record, Skipped, Split, Update, digest

WINDOW = 512  # passages embedded at a time: enough to sort by length, little to lose when killed
DERIVED_ID = re.compile("[0-9a-f]{16}")  # not one that a user gave, who may give it to another file


def plan(known: Mapping[str, str], found: Mapping[str, str], gone: Iterable[str] = ()) -> tuple[Change, ...]:
    """The changes that turn the `known` editions (article id → edition) into the `found` ones, and drop the `gone`."""
    changes = [
        Change("replace" if article_id in known else "add", article_id, edition)
        for article_id, edition in found.items()
        if known.get(article_id) != edition
    ]
    changes += [
        Change("remove", article_id, None)
        for article_id in sorted(set(gone))
        if article_id in known and article_id not in found
    ]
    return tuple(changes)


def update(
    index: Index,
    sources: Iterable[str | Path | Article],
    *,
    prune: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Update:
    """Bring the index up to date with files, folders, web addresses and ready-made articles.

    `prune` also removes the articles of files that are gone from the folders among the sources; those of an address
    stay until they are removed.
    Raises IndexLocked when another process is updating this index.
    """
    given = list(sources)
    articles = [s for s in given if isinstance(s, Article)]
    paths = [s for s in given if not isinstance(s, Article) and not is_url(s)]
    addresses = dict.fromkeys(s for s in given if isinstance(s, str) and is_url(s))
    with index.writing(), Sandbox() as sandbox, ThreadPoolExecutor(1, "verbatim-embed") as embedding:
        run = _Run(index, progress, sandbox, embedding)
        run.take_files(paths, prune=prune)
        run.take_addresses(addresses)
        run.take_articles(articles)
        run.flush()
        run.ahead.clear(job_of(given))
        return run.report()


class _Window(NamedTuple):
    """What is embedded in one go, and which files are complete when it has been written."""

    cuts: list[tuple[Change, Split, str | None]]
    finished: list[tuple[FileNote, set[str]]]
    vectors: Future[Vectors]


@dataclass
class _Run:
    """One update under way."""

    index: Index
    progress: Callable[[Progress], None]
    sandbox: Sandbox
    embedding: ThreadPoolExecutor  # one thread: the next window is read while this one is embedded
    counts: dict[str, int] = field(
        default_factory=lambda: {"add": 0, "replace": 0, "remove": 0, "unchanged": 0}
    )
    skipped: list[Skipped] = field(default_factory=list)
    passages: int = 0
    done: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        self.ahead = Ahead(self.index)
        self.known = self.index.catalogue.editions()
        self.notes = self.index.catalogue.files()
        self.seen: dict[str, tuple[str, str | None]] = {}  # article id → source and file, of this update
        self.waiting: list[tuple[Change, Split, str | None]] = []
        self.finished: list[tuple[FileNote, set[str]]] = []  # files whose articles are all waiting or written
        self.waiting_passages = 0
        self.coming: _Window | None = None  # the window that is being embedded

    def take_files(self, paths: Sequence[str | Path], *, prune: bool) -> None:
        files: list[SourceFile] = []
        for item in find_files(paths):
            if isinstance(item, Skipped):
                self.skipped.append(item)
            else:
                files.append(item)
        self.total = sum(file.size for file in files)
        present = {str(file.path) for file in files}
        # An update that was killed may have written articles of a file, and not come to remember the file.
        known = self.notes.keys() | self.index.catalogue.places()
        gone = sorted(path for path in known - present if not is_url(path) and not Path(path).exists())
        lost: defaultdict[str, list[str]] = defaultdict(list)  # digest → gone files of this content
        for path in gone:
            if path in self.notes and self.index.catalogue.articles_of(path):
                lost[self.notes[path].digest].append(path)
        for file in files:
            self.take_file(file, self.notes.get(str(file.path)), lost)
            self.done += file.size
            self.tell()
        if prune:
            self.flush()  # what came is there before what went goes, so that a resumed update chooses the same ids
            roots = [root for path in paths if (root := Path(path).expanduser().resolve()).is_dir()]
            for path in gone:
                if any(Path(path).is_relative_to(root) for root in roots):
                    self.remove(self.index.catalogue.articles_of(path))
                    self.index.catalogue.forget_file(path)

    def take_file(self, file: SourceFile, note: FileNote | None, lost: dict[str, list[str]]) -> None:
        """Index one file, at the least cost that tells whether it changed: its status, its digest, its articles."""
        path = str(file.path)
        if note and note.tells(file.size, file.mtime_ns):
            self.keep(note)
            return
        seen_ns = time.time_ns()
        try:
            stream = file.path.open("rb")
        except OSError as error:
            self.skipped.append(Skipped(path, f"cannot be read: {error.strerror or error}"))
            return
        with stream:  # hashed and read through one opening: it is one file, whatever takes its name meanwhile
            try:
                content_digest = hashlib.file_digest(stream, "sha256").hexdigest()
                stream.seek(0)
            except OSError as error:
                self.skipped.append(Skipped(path, f"cannot be read: {error.strerror or error}"))
                return
            new = FileNote(path, file.size, file.mtime_ns, content_digest, seen_ns)
            if note and note.digest == new.digest:
                new = replace(new, skipped=note.skipped)
                self.index.catalogue.note_files([new])
                self.keep(new)
            elif note is None and lost.get(new.digest) and not self.index.catalogue.articles_of(path):
                self.index.catalogue.move_file(lost[new.digest].pop(), new)
                self.keep(new)
            else:
                self.take_records(read_records(file, stream, self.sandbox), new)

    def take_addresses(self, addresses: Collection[str]) -> None:
        """Fetch every address again; a page whose article has not changed costs no embedding."""
        if not addresses:
            return
        from .fetch import Fetcher  # what HTTP needs takes 30 ms to load, and is seldom needed

        fetcher = Fetcher()
        for address in addresses:
            page = fetcher.fetch(address)
            if isinstance(page, Skipped):
                self.skipped.append(page)  # what was fetched before stays
                continue
            content_digest = hashlib.sha256(page.content).hexdigest()
            note = FileNote(address, len(page.content), 0, content_digest, time.time_ns())
            self.take_records(read_fetched(page, self.sandbox), note)
            self.tell()

    def take_records(self, records: Iterable[Record | Skipped], note: FileNote) -> None:
        before = self.index.catalogue.articles_of(note.path)
        pages = self.index.catalogue.articles_of(note.path, pages_only=True)
        now: set[str] = set()
        skipped: list[Skipped] = []
        unread: list[Skipped] = []
        for record in records:
            articles = () if isinstance(record, Skipped) else clean(record)
            if articles:
                articles = adopt(self.identify(articles[0], note.path, pages), articles[1:])
            for article in articles:
                now.add(article.id)
                again = self.take(article, note.path)
                if again:
                    skipped.append(again)
                    if self.seen[article.id][1] != note.path:
                        note = replace(note, digest=UNSETTLED)
                    break  # a page that is not taken brings no pieces
            if isinstance(record, Skipped):
                unread.append(record)
            elif not articles:
                unread.append(Skipped(record.source, "holds no readable text"))
        skipped += unread
        self.skipped += skipped
        if any(item.passing for item in unread):
            note = replace(note, digest=UNSETTLED)
        # What could not be read may be an article of before that was damaged: nothing is taken away then.
        self.finished.append((replace(note, skipped=tuple(skipped)), set() if unread else before - now))
        if len(self.finished) > WINDOW:
            self.pass_on()

    def identify(self, article: Article, path: str, before: set[str]) -> Article:
        """An article that is known by its path keeps the id it had before it moved here, and leaves alone the id of
        one that was here before and has moved away.
        """
        own = path_identity(path)
        if article.id != own or own in before:
            return article
        if kept := sorted(i for i in before if DERIVED_ID.fullmatch(i)):
            return replace(article, id=kept[0])
        if self.index.catalogue.place(own)[1] in (None, path):
            return article
        return replace(article, id=digest("file", path, article.text)[:16])

    def take_articles(self, articles: Iterable[Article]) -> None:
        for article in articles:
            again = self.take(article, None)
            if again:
                self.skipped.append(again)

    def take(self, article: Article, file: str | None) -> Skipped | None:
        """Plan one article and let it wait for its window; one whose id was seen already is skipped."""
        if article.id in self.seen:
            first, _ = self.seen[article.id]
            return Skipped(article.source, f"has the id {article.id!r} of {first}; the first one is kept")
        self.seen[article.id] = article.source, file
        source, holder = self.index.catalogue.place(article.id) if article.id in self.known else ("", None)
        if file and holder in self.notes and holder != file:
            self.notes[holder] = replace(self.notes[holder], digest=UNSETTLED)
            self.index.catalogue.note_files([self.notes[holder]])
        changes = plan(self.known, {article.id: article.edition})
        if not changes:
            self.counts["unchanged"] += 1
            if (source, holder) != (article.source, file):
                self.index.catalogue.move_article(article.id, source=article.source, file=file)
            return None
        embedder = self.index.embedder
        cut = split(article, embedder.token_ends, window=embedder.passage_tokens)
        self.waiting.append((changes[0], cut, file))
        self.waiting_passages += len(cut.passages)
        if self.waiting_passages >= WINDOW:
            self.pass_on()
        return None

    def flush(self) -> None:
        """Write all that waits."""
        self.pass_on()
        self.store()

    def pass_on(self) -> None:
        """Have what waits embedded, and meanwhile write the window before it."""
        texts = [passage_input(cut.heading, p.text) for _, cut, _ in self.waiting for p in cut.passages]
        vectors = self.embedding.submit(self.ahead.embed, texts)
        window = _Window(self.waiting, self.finished, vectors)
        self.waiting, self.finished, self.waiting_passages = [], [], 0
        self.store()
        self.coming = window

    def store(self) -> None:
        """Write the window that has been embedded, article by article; then remember the files that are complete."""
        if self.coming is None:
            return
        window, self.coming = self.coming, None
        vectors = window.vectors.result()
        start = 0
        for change, cut, file in window.cuts:
            end = start + len(cut.passages)
            self.index.catalogue.put(cut, vectors[start:end], file=file)
            self.known[change.article_id] = cut.article.edition
            self.counts[change.action] += 1
            self.passages += end - start
            start = end
            self.tell()
        for _, gone in window.finished:
            self.remove(gone)
        if window.finished:
            self.index.catalogue.note_files(note for note, _ in window.finished)
        settled = settle(self.index.catalogue)
        listen(self.index.catalogue)
        if (
            window.cuts or window.finished or settled or self.counts["remove"]
        ):  # opening Chroma takes longer than finding nothing to do
            self.index.projection.catch_up()

    def keep(self, note: FileNote) -> None:
        """A file has not changed: its articles stay, what was skipped in it is told again."""
        self.skipped += note.skipped
        for article_id in self.index.catalogue.articles_of(note.path):
            self.seen.setdefault(article_id, (note.path, note.path))
            self.counts["unchanged"] += 1

    def remove(self, article_ids: Iterable[str]) -> None:
        for change in plan(self.known, {}, set(article_ids) - self.seen.keys()):
            self.index.catalogue.remove(change.article_id)
            del self.known[change.article_id]
            self.counts["remove"] += 1

    def tell(self) -> None:
        self.progress(
            Progress(self.done, self.total, self.counts["add"] + self.counts["replace"], self.passages)
        )

    def report(self) -> Update:
        counts = self.counts
        return Update(
            counts["add"],
            counts["replace"],
            counts["unchanged"],
            counts["remove"],
            tuple(self.skipped),
            self.passages,
        )
