"""Gold questions → scores → report.

import evals, qa

report = evals.run(qa.open(".index"), evals.load_gold("gold.jsonl"))
print("\\n".join(evals.report_lines(report)))
"""

from pathlib import Path

from .gold import anchor, bind
from .gold import load as load_gold
from .report import Summary, report_json, report_lines, summarise
from .run import run
from .types import Evidence, GoldQuestion, Outcome, Report, Score

__all__ = [
    "Evidence",
    "GoldQuestion",
    "Outcome",
    "Report",
    "Score",
    "Summary",
    "anchor",
    "bind",
    "gold_path",
    "load_gold",
    "newspaper",
    "report_json",
    "report_lines",
    "run",
    "summarise",
]


def newspaper() -> Path:
    """The folder of the sample collection: articles written for this project."""
    return Path(__file__).parent / "newspaper"


def gold_path() -> Path:
    """The file of the gold questions over the sample collection."""
    return Path(__file__).parent / "gold" / "gold.jsonl"
