"""Running: the same gold over the same index gives the same report; a perfect library is perfect, a failing one misses."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import evals
import qa
from evals.gold import bind
from indexes import GoldError, Passage, Span
from qa import Answer, Hit, Statement
from qa.cite import cite_article

ARTICLES = ("terns-promotion.txt", "eelgrass-ormsey.md", "jo-lattimer-obituary.md")
COPY = "The meadow off Ormsey\n\nA survey published today by the Kester Marine Laboratory finds that the meadow now covers 63 hectares.\n"

GOLD = [
    {
        "id": "R-1",
        "question": "How many hectares of eelgrass did the survey of the Kester Marine Laboratory find off Ormsey?",
        "kind": "number",
        "answerable": True,
        "answers": ["63 hectares", "63"],
        "evidence": [
            {
                "source": "eelgrass-ormsey.md",
                "text": "A survey published today by the Kester Marine Laboratory finds that the meadow now covers 63 hectares.",
            }
        ],
    },
    {
        "id": "R-2",
        "question": "Was Kestermouth Town's captain Gil Moxon sent off in the play-off final?",
        "kind": "yesno",
        "answerable": True,
        "answers": ["yes"],
        "evidence": [
            {"source": "terns-promotion.txt", "text": "On 71 minutes captain Gil Moxon was sent off."}
        ],
    },
    {
        "id": "R-3",
        "question": "Who survives the swimming teacher Jo Lattimer?",
        "kind": "list",
        "answerable": True,
        "answers": ["a sister, Winnie, and by a town that floats"],
        "items": ["Winnie", "a town that floats"],
        "evidence": [
            {
                "source": "jo-lattimer-obituary.md",
                "text": "She is survived by a sister, Winnie, and by a town that floats.",
            }
        ],
    },
    {
        "id": "R-4",
        "question": "What was Jo Lattimer's favourite dish?",
        "kind": "entity",
        "answerable": False,
        "answers": [],
        "evidence": [],
    },
    {
        "id": "R-5",
        "question": "How did Marius Voss spend his bonus after the final?",
        "kind": "reason",
        "answerable": False,
        "answers": [],
        "evidence": [],
    },
]


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[qa.Library]:
    """Three articles of the newspaper and one that has a sentence of them."""
    folder = tmp_path_factory.mktemp("press")
    for name in ARTICLES:
        shutil.copy(evals.newspaper() / name, folder)
    (folder / "evening.txt").write_text(COPY, encoding="utf-8")
    with qa.open(folder / "index") as library:
        library.add(*folder.glob("*.md"), *folder.glob("*.txt"))
        yield library


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> tuple[evals.GoldQuestion, ...]:
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, GOLD)), encoding="utf-8")
    return evals.load_gold(path)


class Knowing(qa.Library):
    """A library that knows the gold: it cites the evidence, in whichever of its places is the last."""

    def __init__(self, library: qa.Library, gold: tuple[evals.GoldQuestion, ...]):
        super().__init__(library.index)
        self._gold = {bound.gold.question: bound for bound in bind(gold, library)}

    def ask(self, question: str, *, after: str | None = None, before: str | None = None) -> Answer:
        assert after is before is None
        bound = self._gold[question]
        if not bound.gold.answerable:
            return Answer(question, (), 0.0, (), reason="nobody knows")
        citations = []
        for piece in bound.pieces:
            place = piece[-1]
            article = self.article(place.article_id)
            citations.append(cite_article(article, article.edition, place.span))
        hits = [
            Hit(Passage(c.article_id, c.edition, c.span, c.quote), c.source, "", 1.0, {}) for c in citations
        ]
        return Answer(
            question,
            tuple(Statement(c.quote, (c,)) for c in citations),
            1.0,
            tuple(hits),
            short=bound.gold.answers[0],
        )


class Silent(qa.Library):
    """A library that abstains from everything."""

    def ask(self, question: str, *, after: str | None = None, before: str | None = None) -> Answer:  # noqa: ARG002
        return Answer(question, (), 0.0, (), reason="out of office")


class Failing(qa.Library):
    """A library that fails on questions with a given word, as told, and answers the others."""

    def __init__(self, library: qa.Library, word: str, error: BaseException):
        super().__init__(library.index)
        self._word, self._error = word, error

    def ask(self, question: str, *, after: str | None = None, before: str | None = None) -> Answer:
        if self._word in question:
            raise self._error
        return super().ask(question, after=after, before=before)


@pytest.fixture(scope="module")
def report(press: qa.Library, gold) -> evals.Report:
    return evals.run(press, gold)


def values(report: evals.Report) -> dict[str, float]:
    return {
        name: summary.value for name, summary in evals.summarise(report).items() if summary.value is not None
    }


def test_every_question_has_one_outcome_in_its_place(report: evals.Report, gold):
    assert [o.question_id for o in report.outcomes] == [g.id for g in gold]
    assert [o.kind for o in report.outcomes] == [g.kind for g in gold]
    assert [o.error for o in report.outcomes] == [None] * len(gold)
    assert report.articles == 4
    assert all(0 <= score.value <= 1 for score in report.scores)


def test_the_stored_text_is_quoted_and_the_evidence_found(report: evals.Report):
    found = values(report)

    assert found["exactness"] == 1
    assert found["hit@10"] == 1


def test_a_second_run_gives_an_equal_report(press: qa.Library, gold, report: evals.Report):
    again = evals.run(press, gold)

    assert again == report
    assert evals.report_json(again) == evals.report_json(report)


def test_the_order_of_the_questions_is_irrelevant_to_the_scores(
    press: qa.Library, gold, report: evals.Report
):
    assert evals.summarise(evals.run(press, gold[::-1])) == evals.summarise(report)


def test_a_perfect_run_has_the_best_score_in_everything(press: qa.Library, gold):
    found = values(evals.run(Knowing(press, gold), gold))
    best = dict.fromkeys(found, 1.0) | dict.fromkeys(
        ("false_answer", "over_refusal", "aurc", "ece", "brier"), 0.0
    )

    assert found == best
    assert len(found) == sum(map(len, evals.report.GROUPS.values()))


def test_the_copy_of_a_sentence_is_as_good_as_the_sentence(press: qa.Library, gold):
    (bound,) = bind(gold[:1], press)
    cited = {
        press.article(place.article_id).source.rsplit("/")[-1] for piece in bound.pieces for place in piece
    }

    assert cited == {"eelgrass-ormsey.md", "evening.txt"}


def test_silence_is_right_where_nothing_is_known_and_nowhere_else(press: qa.Library, gold):
    found = values(evals.run(Silent(press.index), gold))

    assert found["over_refusal"] == 1
    assert found["false_answer"] == 0
    assert found["correct"] == 2 / 5
    assert found["auroc"] == 0.5
    assert not {"exactness", "citation_precision", "ece", "brier", "aurc"} & set(found)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (qa.ModelUnavailable("the model is gone; start it"), "ModelUnavailable: the model is gone; start it"),
        (IndexError("list index out of range"), "IndexError: list index out of range"),
        (AssertionError(), "AssertionError: "),
    ],
)
def test_a_question_on_which_the_library_fails_is_a_miss_with_its_reason(
    press: qa.Library, gold, report: evals.Report, error: Exception, told: str
):
    failed = evals.run(Failing(press, "Lattimer", error), gold)
    survivor, dish = failed.outcomes[2], failed.outcomes[3]

    assert (survivor.error, dish.error) == (told, told)
    assert not survivor.right
    assert (survivor.confidence, dish.confidence) == (0, 1)
    assert {s.value for s in failed.scores if s.question_id == "R-4"} == {
        0,
        1,
    }  # not correct, counted as answered
    assert [o for o in failed.outcomes if not o.error] == [
        o for o in report.outcomes if o.question_id not in ("R-3", "R-4")
    ]
    assert failed != report


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), OSError("no space left")])
def test_what_is_no_fault_of_the_question_ends_the_run(press: qa.Library, gold, error: BaseException):
    with pytest.raises(type(error)):
        evals.run(Failing(press, "Lattimer", error), gold)


def test_progress_is_told_after_every_question(press: qa.Library, gold):
    told: list[tuple[int, int]] = []
    evals.run(Silent(press.index), gold, progress=lambda done, total: told.append((done, total)))

    assert told == [(i, 5) for i in range(1, 6)]


def test_gold_that_the_index_does_not_hold_is_refused_before_anything_is_asked(press: qa.Library, gold):
    stray = evals.GoldQuestion(
        "X-1", "Who?", "entity", answerable=True, answers=("Voss",), items=(),
        evidence=(evals.Evidence("terns-takeover.txt", "Voss"),),
    )  # fmt: skip
    with pytest.raises(GoldError, match=r"'X-1'.*is not indexed"):
        evals.run(Failing(press, "", AssertionError("asked")), [*gold, stray])


def test_another_gold_or_another_index_gives_another_report(
    press: qa.Library, gold, report: evals.Report, tmp_path: Path
):
    fewer = evals.run(Silent(press.index), gold[:4])
    with qa.open(tmp_path / "index") as other:
        other.add(*(a for a in press.articles() if not a.source.endswith("evening.txt")))
        elsewhere = evals.run(Silent(other.index), gold)

    assert fewer.gold != report.gold
    assert fewer.index == report.index
    assert elsewhere.gold == report.gold
    assert elsewhere.index != report.index


def test_the_cited_places_are_those_of_the_stored_text(press: qa.Library, report: evals.Report):
    texts = {article.edition: article.text for article in press.articles()}
    for outcome in report.outcomes:
        for cited in outcome.cited:
            edition, span = cited.split(":")
            quote = Span(*map(int, span.split("-"))).cut(texts[edition])
            assert " ".join(quote.split()) in outcome.text
