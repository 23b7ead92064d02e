"""A scored run in the forms that other programs read: JUnit XML, Markdown for a pull request, and all files at once."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from indexes import GoldError

from .compare import Difference, is_correct, said
from .estimate import WHOLE, Estimate
from .gate import FAILED, INCOMPLETE, PASSED, TAMPERED
from .lap import peak_memory_mb
from .report import interval_of, latency, report_json
from .report_page import page
from .scored import Scored, failures

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RESULTS = {PASSED: "✅ passed", FAILED: "❌ failed", TAMPERED: "⛔ tampered with", INCOMPLETE: "⚠️ incomplete"}
HEADLINES = (
    "correct",
    "false_answer",
    "over_refusal",
    "hit@5",
    "cites_evidence",
    "exactness",
    "auroc",
    "ece",
)
SHOWN = 20  # questions that a pull request shows


def write_all(folder: Path, scored: Scored) -> None:
    """report.json, report.html, junit.xml, summary.md and speed.json in a folder.

    Only report.html and speed.json tell times, which differ from run to run. Raises GoldError when they cannot be written.
    """
    speed = {"latency_ms": latency(scored.report), "peak_memory_mb": round(peak_memory_mb(), 1)}
    texts = {
        "report.json": report_json(scored.report, scored.estimates) + "\n",
        "report.html": page(scored),
        "junit.xml": junit(scored),
        "summary.md": "\n".join(markdown_lines(scored)) + "\n",
        "speed.json": json.dumps(speed, indent=2) + "\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise GoldError(f"the reports cannot be written to {folder}: {error.strerror or error}") from error


def junit(scored: Scored) -> str:
    """A test case for each question and each check of the gate. Of a gate, only its checks fail the build."""
    root = ElementTree.Element("testsuites", name="verbatim")
    checks = scored.verdict.checks if scored.verdict else ()
    if checks:
        suite = _suite(root, "gate", len(checks), failed=sum(not c.passed for c in checks))
        for check in checks:
            case = ElementTree.SubElement(
                suite, "testcase", classname=f"gate.{check.layer}", name=_xml(check.name)
            )
            if not check.passed:
                failure = ElementTree.SubElement(case, "failure", message=_xml(check.told))
                failure.text = _xml(check.told)
    wrong = {failure.outcome.question_id: failure for failure in failures(scored)}
    outcomes = scored.report.outcomes
    errors = sum(o.error is not None for o in outcomes)
    suite = _suite(
        root, "questions", len(outcomes), failed=0 if checks else len(wrong) - errors, errors=errors
    )
    for outcome in outcomes:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"questions.{outcome.kind}", name=_xml(outcome.question_id)
        )
        why = wrong.get(outcome.question_id)
        if why is None:
            continue
        told = _xml(f"{why.cause}: {why.told}")
        if outcome.error is not None:
            ElementTree.SubElement(case, "error", message=told)
        elif checks:
            ElementTree.SubElement(case, "system-out").text = told
        else:
            ElementTree.SubElement(case, "failure", message=told).text = _xml(said(outcome))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(
    root: ElementTree.Element, name: str, tests: int, *, failed: int, errors: int = 0
) -> ElementTree.Element:
    counts = {"tests": str(tests), "failures": str(failed), "errors": str(errors)}
    return ElementTree.SubElement(root, "testsuite", {"name": name, **counts})


def _xml(text: str) -> str:
    return NOT_XML.sub("\ufffd", text)


def markdown_lines(scored: Scored) -> Iterator[str]:
    """A summary for a pull request: the result, the headline scores, what fell, and every changed question."""
    if scored.verdict:
        passed = len(scored.verdict.checks) - len(scored.verdict.failed)
        yield f"## Answers: {RESULTS[scored.verdict.status]} ({passed} of {len(scored.verdict.checks)} checks)"
        yield ""
        yield from (f"- **{c.layer}, {_inline(c.name)}**: {_inline(c.told)}" for c in scored.verdict.failed)
        yield from (
            f"- to look at, {_inline(c.name)}: {_inline(c.told)}"
            for c in scored.verdict.checks
            if c.warning and c.passed
        )
    else:
        yield "## Answers"
    yield ""
    yield from _table(scored)
    comparison = scored.comparison
    verdicts = [c for c in comparison.changed if c.turn != "other"] if comparison else []
    if verdicts:
        yield ""
        yield f"<details><summary>{len(verdicts)} questions changed their verdict</summary>"
        yield ""
        yield "| | question | before | after |"
        yield "|---|---|---|---|"
        for changed in verdicts[:SHOWN]:
            mark = "🔴" if changed.turn == "worse" else "🟢"
            yield f"| {mark} | {_inline(changed.after.question_id)} | {_inline(said(changed.before))} | {_inline(said(changed.after))} |"
        if len(verdicts) > SHOWN:
            yield f"| | {len(verdicts) - SHOWN} more in the report | | |"
        yield ""
        yield "</details>"
    right = sum(map(is_correct, scored.report.outcomes))
    yield ""
    yield f"{right} of {len(scored.report.outcomes)} questions right. Made by `{_inline(scored.command)}`."


def _table(scored: Scored) -> Iterator[str]:
    whole = scored.estimates.get(WHOLE, {})
    found = {d.measure: d for d in scored.comparison.differences} if scored.comparison else {}
    yield "| measure | score | 95 % | against the baseline |"
    yield "|---|---|---|---|"
    for name in HEADLINES:
        one = whole.get(name, Estimate(None, 0))
        value = "–" if one.value is None else f"{one.value:.3f}"
        yield f"| {name} | {value} | {interval_of(one)} | {_against(found.get(name))} |"


def _against(difference: Difference | None) -> str:
    if difference is None:
        return ""
    return (
        f"{difference.gain:+.3f} ({difference.better} better, {difference.worse} worse, p {difference.p:.3f})"
    )


def _inline(text: str) -> str:
    """Text that is no markup: it comes from articles, questions and models."""
    line = " ".join(text.split())
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~@])", r"\\\1", line)
