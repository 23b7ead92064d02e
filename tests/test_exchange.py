"""What other programs read: JUnit counts what it holds, Markdown lets no markup through, files are all there."""

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given

from evals.baseline import Baseline, lock_of
from evals.compare import compare
from evals.estimate import estimates
from evals.exchange import junit, markdown_lines, write_all
from evals.gate import Floor, Floors, judge_run
from evals.gold import parse
from evals.scored import Scored, failures
from indexes import GoldError
from tests.fakes import made_run
from tests.strategies import any_text

FLOORS = Floors((Floor("correct", "all", 0.6, "x"),), ("correct",), 0.02, "f")


def gold_of(report):
    rows = [
        {"id": o.question_id, "question": f"What of {o.question_id}?", "kind": o.kind, "answerable": o.answerable,
         "answers": ["this"] if o.answerable else [], "evidence": [{"source": "a.txt", "text": "this <b>is</b>"}] if o.answerable else []}
        for o in report.outcomes
    ]  # fmt: skip
    return tuple(parse(row, "here") for row in rows)


def scored(report=None, *, gated: bool = True) -> Scored:
    report = report or made_run([i % 4 != 0 for i in range(24)], unanswerable=8)
    before = made_run([True] * 24, unanswerable=8)
    found, comparison = estimates(report), compare(before, report)
    lock = lock_of(report, articles="a", floors="f")
    baseline = Baseline("b", lock_of(before, articles="a", floors="f"), before)
    verdict = judge_run(report, found, FLOORS, lock=lock, baseline=baseline, comparison=comparison)
    return Scored(
        "verbatim",
        gold_of(report),
        report,
        found,
        lock,
        "b",
        comparison,
        verdict if gated else None,
        command="qa eval",
    )


def test_junit_counts_what_it_holds():
    for run in (scored(), scored(gated=False)):
        root = ElementTree.fromstring(junit(run))
        for suite in root:
            assert int(suite.get("tests")) == len(suite.findall("testcase"))
            assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
            assert int(suite.get("errors")) == len(suite.findall("testcase/error"))
        questions = root.find("testsuite[@name='questions']")
        assert len(questions) == 24


def test_with_a_gate_only_its_checks_fail_the_build():
    run = scored()
    root = ElementTree.fromstring(junit(run))

    assert run.verdict.failed
    assert len(root.findall(".//failure")) == len(run.verdict.failed)
    assert len(root.findall(".//testcase/system-out")) == len(failures(run))


@given(any_text)
def test_whatever_was_said_is_still_xml_and_no_markup(text: str):
    report = made_run([True, False])
    bad = replace(report.outcomes[1], text=text or "x", short=text)
    run = scored(replace(report, outcomes=(report.outcomes[0], bad)), gated=False)

    ElementTree.fromstring(junit(run))
    for line in markdown_lines(run):
        assert "\n" not in line
        assert not re.search(r"(?<!\\)<(?!/?details>|/?summary>)|(?<!\\)!\[", line)


def test_the_summary_has_the_result_the_scores_and_what_changed():
    lines = list(markdown_lines(scored()))

    assert lines[0].startswith("## Answers: ❌ failed (")
    assert any(line.startswith("| correct | 0.750 | [") for line in lines)
    assert "<details><summary>6 questions changed their verdict</summary>" in lines
    assert lines[-1] == "18 of 24 questions right. Made by `qa eval`."


def test_every_file_is_written_and_what_is_compared_is_the_same_again(tmp_path: Path):
    for name in ("one", "two"):
        write_all(tmp_path / "deep" / name, scored())
    one, two = tmp_path / "deep" / "one", tmp_path / "deep" / "two"

    assert {p.name for p in one.iterdir()} == {
        "report.html",
        "report.json",
        "junit.xml",
        "summary.md",
        "speed.json",
    }
    for name in ("report.json", "junit.xml", "summary.md", "report.html"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    assert json.loads((one / "speed.json").read_text())["peak_memory_mb"] > 10
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(GoldError, match="cannot be written to"):
        write_all(tmp_path / "file", scored())


def test_failures_are_told_the_worst_first_with_the_stage_to_blame():
    run = scored(gated=False)
    found = failures(run)

    assert len(found) == 6
    assert [f.outcome.confidence for f in found] == sorted(
        (f.outcome.confidence for f in found), reverse=True
    )
    assert {f.cause for f in found if f.gold.answerable} == {"reading"}
    assert {f.cause for f in found if not f.gold.answerable} == {"abstention"}
    missed = replace(
        run.report,
        scores=tuple(s._replace(value=0.0) if s.measure == "hit@10" else s for s in run.report.scores),
    )
    assert {f.cause for f in failures(replace(run, report=missed)) if f.gold.answerable} == {"retrieval"}
