"""Benchmarks: measures by hand over made-up reads; the model and the whole system on a small one."""

import pytest

from evals.benchmarks import Read, benchmark_lines, best_f1, chosen, measure_benchmark, table
from evals.layouts import Benchmark, Item, Page

TEXT = "A crane fell on Elm Quay on Monday and hurt two dockers. The harbour was shut until noon."
KNOWN = Item(1, "How many dockers did the crane on Elm Quay hurt?", TEXT, ("two", "two dockers"))
UNKNOWN = Item(2, "Who insured the lighthouse of Skerry?", "The ferry to Skerry costs £4.20 from April.", ())


def read(item: Item, said: str = "", answerable: float = 0.0, **more) -> Read:
    return Read(item, said, said, answerable, **more)


def test_measures_by_hand():
    reads = [read(KNOWN, "two dockers", 2.0), read(KNOWN, "hurt two", 1.0), read(UNKNOWN, "£4.20", 1.5)]
    found = {name: one.value for name, one in table(reads)}

    assert found["EM, answerable"] == 0.5
    assert found["F1, answerable"] == pytest.approx((1 + 2 / 3) / 2)
    assert found["AUROC of answerability"] == 0.5
    assert (
        found["F1, best threshold"] == best_f1(reads) == pytest.approx(2 / 3)
    )  # the first is said, the others not


def test_the_best_threshold_is_never_worse_than_silence():
    assert best_f1([read(UNKNOWN, "x", 9.0), read(KNOWN, "no", 1.0)]) == 0.5


def test_the_choice_is_that_which_shares_most_and_a_tie_is_none():
    quiz = Item(1, "Which?", TEXT, ("Elm Quay",), choices=("Elm Quay", "Oak Pier", "Elm Road"))

    assert chosen(read(quiz, "at Elm Quay")) == "Elm Quay"
    assert chosen(read(quiz, "Elm")) == ""
    assert chosen(read(quiz, "nowhere")) == ""


def test_the_model_reads_the_text_that_is_given():
    benchmark = Benchmark("squad2", (KNOWN, UNKNOWN), ())
    told: list[tuple[int, int]] = []
    reads = measure_benchmark(benchmark, whole_system=False, progress=lambda *done: told.append(done))

    assert "two" in reads[0].said
    assert reads[0].said in TEXT
    assert told == [(1, 2), (2, 2)]
    assert benchmark_lines(reads).__next__() == "2 questions (1 answerable) on 2 texts"


def test_the_whole_system_searches_all_texts():
    pages = (
        Page("Quay", TEXT, 1),
        Page("Ferry", UNKNOWN.text, 2),
        Page("", "Rain is likely in the north.", 3),
    )
    reads = measure_benchmark(Benchmark("squad2", (KNOWN, UNKNOWN), pages), whole_system=True)
    found = {name: one.value for name, one in table(reads)}

    assert (reads[0].rank, reads[0].found) == (1, True)
    assert found["its text in the first 1"] == 1
    assert {"answered, answerable", "answered, unanswerable"} <= found.keys()
    assert all(r.abstained == (not r.said) for r in reads)
