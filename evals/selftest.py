"""Proof that the gate can fail: sabotage a sound run in each way that matters, and see that it is caught.

    qa eval selftest

A gate that was never seen to fail says nothing. The sabotaged systems are real: they search, read and decide with the
same index and models, each with one thing broken. The sound run is its own baseline.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from qa import Answer, Library
from qa.answer import Answerer, Found

from .answers import given
from .baseline import Baseline, lock_of
from .baselines import Asked, first_sentence
from .compare import compare, is_correct
from .estimate import estimates
from .gate import FAILED, INCOMPLETE, PASSED, TAMPERED, Floors, Verdict, judge_run
from .gold import bind
from .run import score
from .types import BoundQuestion, Given, GoldQuestion, Quote, Report, Said

CORRUPTED = 20  # every so manieth answer: 5 %
AWAY = 37  # how far in the gold file the question is whose passages are read instead

Answers = Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class Trial:
    """One sabotage, and what the gate made of it."""

    name: str
    wanted: int  # exit status
    verdict: Verdict

    @property
    def as_it_should(self) -> bool:
        """Whether the gate noticed."""
        return self.verdict.status == self.wanted


def selftest(
    library: Library,
    gold: Sequence[GoldQuestion],
    floors: Floors,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    jobs: int = 1,
) -> list[Trial]:
    """Every trial, the sound run first. `progress` is called with questions done, and of how many."""
    answers = _answers(library, bind(gold, library), progress, jobs)
    sound = score(library, gold, answers["sound"])
    lock = lock_of(sound, articles=sound.index, floors=floors.digest)
    baseline = Baseline("the sound run of this self-test", lock, sound)

    def trial(name: str, wanted: int, report: Report) -> Trial:
        slices = {floor.slice for floor in floors.floors}
        verdict = judge_run(
            report,
            estimates(report, only=slices),
            floors,
            lock=lock_of(report, articles=report.index, floors=floors.digest),
            baseline=baseline,
            comparison=compare(sound, report),
        )
        return Trial(name, wanted, verdict)

    honest = answers["sound"]
    less = dict(list(honest.items())[1:])
    edited = [replace(gold[0], question=gold[0].question + " "), *gold[1:]]
    return [
        trial("nothing is broken", PASSED, sound),
        *(
            trial(name, FAILED, score(library, gold, some))
            for name, some in answers.items()
            if name != "sound"
        ),
        trial(
            "5 % of the answers quote with a letter changed", FAILED, score(library, gold, _misquoted(honest))
        ),
        trial(
            "5 % of the questions get another's answer", FAILED, score(library, gold, _swapped(honest, sound))
        ),
        trial("a question has no answer", INCOMPLETE, score(library, gold, less)),
        trial("a gold question was edited", TAMPERED, score(library, edited, honest)),
    ]


def selftest_lines(trials: Sequence[Trial]) -> Iterator[str]:
    """Every trial with what caught it."""
    for trial in trials:
        caught = list(dict.fromkeys(check.layer for check in trial.verdict.failed))
        by = f"caught by {', '.join(caught)}" if caught else "let pass"
        yield f"  {'ok' if trial.as_it_should else 'FAIL':<5}exit {trial.verdict.status} (wanted {trial.wanted})  {trial.name}: {by}"
    wrong = sum(not trial.as_it_should for trial in trials)
    yield f"RESULT {'FAILED' if wrong else 'PASSED'}: {len(trials) - wrong} of {len(trials)} trials went as they should"


def _answers(
    library: Library, bound: Sequence[BoundQuestion], progress: Callable[[int, int], None], jobs: int
) -> dict[str, Answers]:
    """What each system says to every question."""
    sound = library.answerer
    rash = Answerer(
        library.index, replace(sound.settings, answer_threshold=0.0), reader=(sound.reader, sound.weights)
    )
    with ThreadPoolExecutor(jobs, "verbatim-selftest") as workers:

        def each(answer: Callable[[int], Answer | Found], start: int) -> list[Answer | Found]:
            found = []
            for number, one in enumerate(workers.map(answer, range(len(bound))), start=start + 1):
                found.append(one)
                progress(number, 2 * len(bound))
            return found

        def look(i: int) -> Found:
            with library.index.reading():
                return sound.look(bound[i].gold.question)

        looked = [one for one in each(look, 0) if isinstance(one, Found)]

        def astray(i: int) -> Answer:
            with library.index.reading():
                pages = looked[(i + AWAY) % len(looked)].pages
                hits = tuple(page.hit for page in pages)
                return sound.conclude(sound.reread(replace(looked[i], hits=hits), pages))

        shuffled = [one for one in each(astray, len(bound)) if isinstance(one, Answer)]
    with library.index.reading():
        said: dict[str, list[Answer]] = {
            "sound": [sound.conclude(found) for found in looked],
            "the retriever is shuffled": shuffled,
            "the reader always answers": [rash.conclude(found) for found in looked],
            "the reader always abstains": [
                Answer(b.gold.question, (), 0.0, found.hits, reason="always silent")
                for b, found in zip(bound, looked, strict=True)
            ],
            "the reader quotes the first sentence": [
                first_sentence(Asked(b, sound, found)) for b, found in zip(bound, looked, strict=True)
            ],
        }
    ids = [b.gold.id for b in bound]
    return {name: dict(zip(ids, map(given, some), strict=True)) for name, some in said.items()}


def _misquoted(honest: Answers) -> Answers:
    """A letter is changed in the quotes of every twentieth answer."""
    answered = [i for i, one in honest.items() if not one.abstained]
    chosen = set(answered[::CORRUPTED])

    def bent(quote: Quote) -> Quote:
        letter = "x" if quote.quote[0] != "x" else "y"
        return quote._replace(quote=letter + quote.quote[1:])

    return {
        i: replace(one, statements=tuple(Said(s.text, tuple(map(bent, s.quotes))) for s in one.statements))
        if i in chosen
        else one
        for i, one in honest.items()
    }


def _swapped(honest: Answers, sound: Report) -> Answers:
    """A twentieth of the questions, of those that are right, get the answer of another that is answered."""
    right = [o.question_id for o in sound.outcomes if o.answered and is_correct(o)]
    count = min(len(right), -(-len(honest) // CORRUPTED))
    chosen = right[:: max(1, len(right) // count)][:count] if count else []
    turned = {i: right[(right.index(i) + len(right) // 2) % len(right)] for i in chosen}
    return {i: honest[turned.get(i, i)] for i in honest}
