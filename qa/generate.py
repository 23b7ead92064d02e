"""An LLM's sentences → statements, each checked before anybody sees it.

Law: a sentence is shown when the passages support it, with the sentences that do as its citations, and every quote in it
as it is stored. Else it is cited anew from the other passages, or asked for anew, once, with the reason; else it is
dropped and reported.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from indexes import Span
from indexes.speech import speaker_of
from indexes.split import find_sentences

from .cite import cite_article, find_quote
from .compare import Evidence
from .facts import name_words, quantities, quotes
from .llm import LLM, LLMError
from .prompt import fit, question_prompt, repair_prompt, rephrase_prompt, rules
from .read import Page
from .rephrase import rephrase
from .support import Checked, check
from .types import Alternative, Answer, Citation, Dropped, Exchange, Statement
from .words import stems

MOST = 8  # statements of an answer
AGAIN = 3  # the same sentence so often: the LLM is going round in circles
REPAIRED = 5  # sentences that are asked for anew, at most
SURE = 0.8  # an extracted answer of this confidence is given although the LLM finds none; of those, 0.8 are right
LONGEST = 600  # characters of a sentence

MARK = r"[\[【［]\s*(?:source|passage|doc|document)?\s*[#^†]?\s*\d[\d\s,;–-]*[\]】］]"
MARKS = re.compile(MARK, re.IGNORECASE)
# A sentence is whole when its marks are followed by another, or when its line ends.
WHOLE = re.compile(
    rf"(?:[.!?][\"”’')]*\s*(?:{MARK}\s*)+|(?:{MARK}\s*)+[.!?][\"”’')]*)(?=\s*[^\s\[【［.!?])", re.IGNORECASE
)
THOUGHT_OUT = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
MARKUP = re.compile(
    r"!\[|\]\s*\(|\]\s*\[[^\d\]]|^\[[^\]]+\]:|<\s*/?\s*[a-z!]|https?:|www\.|\b(?:data|javascript|file|ftp|mailto):|://|```",
    re.IGNORECASE | re.MULTILINE,
)
BULLET = re.compile(r"^\s*(?:[-*•>#–]+\s+|\d{1,2}[.)]\s+)+")
EMPHASIS = re.compile(r"\*\*|__|`")
NOT_STATED = re.compile(
    r"^\W*not stated\b|^the (?:articles|passages|sources) do(?: not|n['’]t) (?:say|state|mention|answer)",
    re.IGNORECASE,
)
VERDICT = re.compile(r"^(?:yes|no)\b[,.:;–—-]*\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as an LLM wrote it, without its marks, and the passages that it names, from 1."""

    text: str
    numbers: tuple[int, ...]
    marked_up: bool = False  # it holds a link, a picture or markup


@dataclass(slots=True)
class _Work:
    """What has come of an answer so far."""

    statements: list[Statement] = field(default_factory=list)
    failed: list[Dropped] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    declined: bool = False  # the LLM said that the passages do not say
    said: bool = False  # it said anything


class Writer:
    """Writes answers with an LLM. Threads may share one."""

    def __init__(self, llm: LLM) -> None:
        self.llm = llm

    def rephrase(self, question: str, history: Sequence[Exchange]) -> str:
        """A follow-up as one standalone question; by the rules where the LLM fails or brings in something new."""
        by_rules = rephrase(question, history)
        if not history:
            return by_rules
        ends = time.monotonic() + self.llm.limits.stall
        try:
            written = "".join(
                self.llm.stream(rules("rephrase"), rephrase_prompt(question, history), ends=ends)
            )
        except LLMError:
            return by_rules
        line = " ".join(THOUGHT.sub("", written).split())
        known = " ".join(
            [question, *(f"{e.question} {e.text} {e.short or ''} {' '.join(e.titles)}" for e in history)]
        )
        return line if _is_question(line, known) else by_rules

    def write(self, question: str, pages: Sequence[Page], extracted: Answer) -> Iterator[Statement | Answer]:
        """The LLM's statements as each is verified, last the answer. `extracted` is what is said where the LLM fails."""
        ends = time.monotonic() + self.llm.limits.deadline
        pages = fit(pages)
        evidence = [evidence_of(page) for page in pages]
        work, trouble = _Work(), None
        try:
            yield from self._say(question_prompt(question, pages, extracted), pages, evidence, work, ends)
            failed = work.failed[:REPAIRED]
            if failed:
                again = _Work(seen=work.seen, statements=work.statements)
                prompt = repair_prompt(question, pages, failed, extracted)
                yield from self._say(prompt, pages, evidence, again, ends)
                work.failed += again.failed
        except LLMError as error:
            trouble = str(error)
        yield from self._conclude(work, extracted, trouble)

    def _say(
        self, prompt: str, pages: Sequence[Page], evidence: Sequence[Evidence], work: _Work, ends: float
    ) -> Iterator[Statement]:
        """The statements that a prompt brings; what fails goes into the work."""
        for line in sentences(self.llm.stream(rules("answer"), prompt, ends=ends)):
            work.said = True
            for said in parse(line):
                if NOT_STATED.search(said.text):
                    work.declined = True
                    continue
                times = work.seen[said.text] = work.seen.get(said.text, 0) + 1
                if times >= AGAIN:
                    raise LLMError(f"the LLM {self.llm.name} went round in circles and was cut off")
                if times > 1:
                    continue
                stated = state(said, pages, evidence)
                if isinstance(stated, Dropped):
                    work.failed.append(stated)
                elif not any(s.text == stated.text for s in work.statements):
                    work.statements.append(stated)
                    yield stated
                if len(work.statements) >= MOST:
                    return

    def _conclude(self, work: _Work, extracted: Answer, trouble: str | None) -> Iterator[Statement | Answer]:
        dropped = tuple(dict.fromkeys(work.failed))
        if work.statements:
            statements = tuple(work.statements)
            words = " ".join(s.text for s in statements)
            short = extracted.short if extracted.short and find_quote(extracted.short, words) else None
            yield replace(
                extracted,
                statements=statements,
                short=short,
                dropped=dropped,
                llm=self.llm.name,
                note=trouble,
                others=_with_extracted(extracted, hidden=short is None),
            )
            return
        if work.declined and not trouble and extracted.confidence < SURE:
            yield replace(
                extracted,
                statements=(),
                short=None,
                reason=f"the LLM {self.llm.name} finds that the passages do not answer it",
                dropped=dropped,
                others=(),
                stories=0,
            )
            return
        if trouble is None:
            said = (
                "says that the passages do not answer it"
                if work.declined
                else "said nothing that they support"
            )
            trouble = f"the LLM {self.llm.name} {said if work.said else 'answered nothing'}"
        yield from extracted.statements
        yield replace(extracted, dropped=dropped, note=f"{trouble}; these are sentences of the articles")


def _with_extracted(extracted: Answer, *, hidden: bool) -> tuple[Alternative, ...]:
    """The values that reports differ on; with the extracted one, when an LLM's sentences say only another."""
    if not (extracted.others and hidden and extracted.short):
        return extracted.others
    first = extracted.statements[0]
    own = Alternative(
        first.text, first.citations, extracted.short, extracted.others[0].how, extracted.stories
    )
    return (own, *extracted.others)


def evidence_of(page: Page) -> Evidence:
    """A page as it is checked against."""
    article = page.article
    about = "; ".join(filter(None, (article.title, article.byline, article.publisher)))
    start, length = page.hit.passage.span.start, len(page.hit.passage.text)
    said = tuple(
        replace(s, span=Span(max(0, s.span.start - start), min(length, s.span.end - start)))
        for s in page.said
    )
    return Evidence(page.hit.passage.text, about, article.published, said)


# -- from words to sentences -------------------------------------------------------------------------------


def sentences(pieces: Iterator[str]) -> Iterator[str]:
    """Sentences with their marks, each as soon as it is whole. What an LLM thinks aloud first is left out."""
    held = ""
    for piece in pieces:
        held += piece
        if held.lstrip()[:6].lower() == "<think" and not THOUGHT_OUT.search(held):
            continue
        held = THOUGHT.sub("", held)
        while (cut := _border(held)) is not None:
            line, held = held[:cut].strip(), held[cut:]
            if line:
                yield line
    if rest := THOUGHT.sub("", held).strip():
        yield rest


def _border(held: str) -> int | None:
    """Where the first whole sentence ends; None when none is whole yet."""
    line = held.find("\n")
    mark = WHOLE.search(held)
    ends = [place for place in (line + 1 or None, mark.end() if mark else None) if place]
    if not ends and len(held) > LONGEST:
        return LONGEST
    return min(ends) if ends else None


def parse(line: str) -> list[Said]:
    """The sentences of a line; the marks at its end stand for its last sentence, those inside for theirs."""
    line = "".join(c for c in line if c.isprintable())
    marked_up = bool(MARKUP.search(MARKS.sub("", line)))
    line = EMPHASIS.sub("", BULLET.sub("", line))
    # a mark behind the full stop is taken before it, so that it stays with its sentence
    line = re.sub(rf"([.!?][\"”’')]*)\s*((?:{MARK}\s*)+)", r" \2\1 ", line, flags=re.IGNORECASE)
    parts = []
    for span in find_sentences(line) if not marked_up else [Span(0, len(line))] if line else []:
        text = span.cut(line)
        numbers = tuple(dict.fromkeys(n for mark in MARKS.findall(text) for n in _numbers(mark)))
        text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(MARKS.sub(" ", text).split()))
        if any(c.isalnum() for c in text):
            parts.append(Said(text, numbers, marked_up))
    return parts


def _numbers(mark: str) -> Iterator[int]:
    for first, last in re.findall(r"(\d{1,6})(?:\s*[–-]\s*(\d{1,6}))?", mark):
        if last and int(first) <= int(last) < int(first) + 20:
            yield from range(int(first), int(last) + 1)
        else:
            yield int(first)


# -- from sentences to statements --------------------------------------------------------------------------


def state(said: Said, pages: Sequence[Page], evidence: Sequence[Evidence]) -> Statement | Dropped:
    """The statement that a sentence is, or why it is none."""
    if said.marked_up:
        return Dropped(said.text, "it holds a link, a picture or markup")
    if len(said.text) > LONGEST:
        return Dropped(said.text[:LONGEST], "it is too long to be one sentence")
    claim = VERDICT.sub("", said.text) or said.text
    cited = [n - 1 for n in said.numbers if 1 <= n <= len(pages)]
    forged = [n for n in said.numbers if not 1 <= n <= len(pages)]
    first: Checked | None = None
    for chosen in _choices(cited, len(pages)):
        checked = check(claim, [evidence[i] for i in chosen])
        first = first or checked
        if not checked.support.reasons:
            return _statement(said.text, [(chosen[n], span) for n, span in checked.places], pages)
    assert first is not None, "there is at least one passage"
    why = list(first.support.reasons)
    if not said.numbers:
        why.insert(0, "it names no passage")
    elif forged:
        why.insert(0, f"there is no passage {', '.join(map(str, forged))}")
    return Dropped(said.text, "; ".join(why))


def _choices(cited: Sequence[int], count: int) -> Iterator[Sequence[int]]:
    """Which passages may support a sentence: those it names, then each other one, then all."""
    if cited:
        yield cited
    for i in range(count):
        if [i] != list(cited):
            yield [i]
    yield range(count)


def _statement(text: str, places: Sequence[tuple[int, Span]], pages: Sequence[Page]) -> Statement | Dropped:
    citations = cite_places(places, pages)
    if not citations:
        return Dropped(text, "its passage is no longer what it was")
    return Statement(as_stored(text, [c.quote for c in citations]), citations)


def cite_places(places: Sequence[tuple[int, Span]], pages: Sequence[Page]) -> tuple[Citation, ...]:
    """The citations of sentences of passages: each the number of its page, and its span in the passage's text."""
    citations: dict[Citation, None] = {}
    for number, span in places:
        passage = pages[number].hit.passage
        start = passage.span.start
        place = Span(start + span.start, start + span.end)
        if citation := cite_article(pages[number].article, passage.edition, place):
            citations[replace(citation, speaker=speaker_of(pages[number].said, place))] = None
    return tuple(citations)


def as_stored(text: str, stored: Sequence[str]) -> str:
    """The text with every quote in it written as the first of the stored texts that holds it has it.

    A comma or full stop that stands inside the closing mark here, and not there, goes behind it.
    """
    whole = [*stored, " ".join(stored)]
    for span in reversed(list(quotes(text))):
        words = span.cut(text)
        for held in whole:
            place = find_quote(words, held)
            if place is None:
                continue
            exact = " ".join(place.cut(held).split())
            tail = words.rstrip()[len(words.rstrip().rstrip(".,;:")) :]
            moved = tail if tail and not exact.endswith(tail) else ""
            after = text[span.end :]
            text = text[: span.start] + exact + (after[:1] + moved + after[1:] if moved else after)
            break
    return text


def _is_question(line: str, known: str) -> bool:
    """Whether a rewritten question is one line that names nothing new."""
    if not 0 < len(line) <= 400 or MARKUP.search(line):
        return False
    held = stems(known)
    numbers = {q.value for q in quantities(known)}
    new = [m.group() for m in name_words(line) if not stems(m.group()) <= held]
    return not new and all(q.value in numbers for q in quantities(line))
