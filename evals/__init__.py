"""Gold questions → scores → report.

import evals, qa

report = evals.run(qa.open(".index"), evals.load_gold("gold.jsonl"))
print("\\n".join(evals.report_lines(report)))
"""

from pathlib import Path

from .estimate import Estimate, Summary, estimates, summarise
from .gold import anchor, bind
from .gold import load as load_gold
from .report import report_json, report_lines
from .run import run, score
from .types import Evidence, GoldQuestion, Outcome, Report, Score

__all__ = [
    "Estimate",
    "Evidence",
    "GoldQuestion",
    "Outcome",
    "Report",
    "Score",
    "Summary",
    "anchor",
    "bind",
    "estimates",
    "gold_path",
    "load_gold",
    "newspaper",
    "report_json",
    "report_lines",
    "run",
    "score",
    "summarise",
]


def newspaper() -> Path:
    """The folder of the sample collection: articles written for this project."""
    return Path(__file__).parent / "newspaper"


def gold_path() -> Path:
    """The file of the gold questions over the sample collection."""
    return Path(__file__).parent / "gold" / "gold.jsonl"
