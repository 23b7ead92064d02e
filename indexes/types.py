"""The nouns of an index: Span, Record, Article, Passage, Recipe, Change and their companions.

Offsets are half-open, in Unicode code points, into the article's canonical text.
Cleaning makes that text once, before any offset exists.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

Kind = Literal["article", "sidebar", "opinion", "analysis", "caption"]

# ISO 8601, as precise as the page states it: "2025", "2025-08", "2025-08-29", "2025-08-29T16:47-04:00".
ISO_DATE = re.compile(
    r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?"
)

MAX_TITLE_CHARS = 300  # a longer first line is a paragraph
SURROGATE = re.compile("[\ud800-\udfff]")


def digest(*parts: str | None) -> str:
    """Hex sha256 of the parts; None and "" differ, and parts never run into each other."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters; never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, got [{self.start}, {self.end})")

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def within(self, other: "Span") -> bool:
        """Whether every character of this span is also in the other."""
        return other.start <= self.start and self.end <= other.end

    def cut(self, text: str) -> str:
        """The slice of the text that this span names."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Record:
    """One article as it was read, before cleaning."""

    source: str  # path, FILE#LINE or URL
    text: str
    id: str | None = None  # an id that the source itself gives
    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    url: str | None = None
    section: str | None = None  # of the paper, as the page names it
    dated_by: str | None = None  # where `published` stands: json-ld, meta, time, markup, url, feed or header


@dataclass(frozen=True, slots=True)
class Original:
    """One file, member of a file, or answer of a server, whole: what a parser makes records of."""

    source: str  # path, FILE#MEMBER or URL
    kind: str  # html, mhtml, pdf, docx, eml or feed
    content: bytes
    encoding: str | None = None  # as the server names it
    url: str | None = None  # where it was fetched, after redirects


@dataclass(frozen=True, slots=True)
class Skipped:
    """A source that did not become an article, and why."""

    source: str
    reason: str
    passing: bool = False  # the reason may be gone at the next update, though the source is the same


@dataclass(frozen=True, slots=True)
class Article:
    """One article, cleaned. `text` is the canonical text: every offset in the system points into it."""

    id: str  # stable over editions
    source: str  # the path or URL that it was read from
    text: str
    title: str = ""
    byline: str | None = None
    publisher: str | None = None
    published: str | None = None  # ISO 8601; from the article only, never the time of crawling
    updated: str | None = None
    language: str | None = None
    kind: Kind = "article"
    parent: str | None = None  # id of the page that this piece was boxed into
    url: str | None = None
    removed: tuple[
        str, ...
    ] = ()  # what cleaning took from its page: furniture, credits, counters; never indexed

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("an article needs an id")
        if not self.text.strip():
            raise ValueError(f"article {self.id!r} has no text")
        fields = (
            self.id,
            self.source,
            self.text,
            self.title,
            self.byline,
            self.publisher,
            self.language,
            self.parent,
            self.url,
            *self.removed,
        )
        if any(SURROGATE.search(field) for field in fields if field):
            raise ValueError(f"article {self.id!a} holds half of a surrogate pair, which is no character")
        for name, value in (("published", self.published), ("updated", self.updated)):
            if value is not None and not ISO_DATE.fullmatch(value):
                raise ValueError(f"article {self.id!r}: {name} {value!r} is not an ISO 8601 date")

    @property
    def edition(self) -> str:
        """Digest prefix of all that is indexed: a saved citation names the text that it was cut from.

        `source` is left out, so that a moved file is not a new edition; so is `removed`, in which "1 month ago" ages.
        """
        fields = (self.title, self.text, self.byline, self.publisher, self.published, self.updated)
        return digest(*fields, self.language, self.kind, self.parent, self.url)[:12]


@dataclass(frozen=True, slots=True)
class Passage:
    """An exact slice of one edition of an article: the unit that is searched."""

    article_id: str
    edition: str
    span: Span
    text: str

    def __post_init__(self) -> None:
        if len(self.text) != self.span.end - self.span.start:
            raise ValueError(f"passage {self.span} of {self.article_id!r} holds {len(self.text)} characters")

    @property
    def id(self) -> str:
        """A function of article, edition and span alone: the same in every process and on every machine."""
        return f"{self.article_id}@{self.edition}:{self.span.start}-{self.span.end}"


@dataclass(frozen=True, slots=True)
class Split:
    """An article with its sentence borders and its passages, in reading order."""

    article: Article
    heading: str  # its title, as much of it as goes into each passage's vector
    sentences: tuple[Span, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an index is made. Two indexes of one recipe over the same articles are equal."""

    embedder: str  # the model's name or path
    weights: str  # digest of its weights
    dimension: int  # of a vector
    passage_tokens: int  # most word pieces of a passage with its title
    rules: int  # version of cleaning and splitting; raised when they would cut a text differently

    @property
    def fingerprint(self) -> str:
        """Digest prefix over every field but the model's name: the weights say which model it is."""
        fields = asdict(self)
        del fields["embedder"]
        return digest(json.dumps(fields, sort_keys=True))[:12]


@dataclass(frozen=True, slots=True)
class Change:
    """One step of an update."""

    action: Literal["add", "replace", "remove"]
    article_id: str
    edition: str | None  # None when removing


class Scored(NamedTuple):
    """A passage's number in the catalogue and its score; comparable only within one list."""

    number: int
    score: float


class Progress(NamedTuple):
    """How far an update is."""

    done: int  # bytes of the sources that have been dealt with
    total: int
    articles: int  # written so far
    passages: int


@dataclass(frozen=True, slots=True)
class Update:
    """What an update did."""

    added: int
    changed: int
    unchanged: int
    removed: int
    skipped: tuple[Skipped, ...]
    passages: int  # written in this update


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that `Index.verify` found wrong."""

    what: str
    repairable: bool
