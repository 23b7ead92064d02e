"""A scored run as one HTML page that needs nothing else: no script, no network, readable in the dark."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .compare import Difference, compare, is_correct, said
from .estimate import GROUPS, LOWER_IS_BETTER, WHOLE, Estimate, estimates
from .plots import reliability_plot, risk_plot, slices_plot
from .report import interval_of, latency
from .scored import Scored, failures

TEMPLATE = Path(__file__).parent / "report_page.html"
HEADLINES = ("correct", "false_answer", "over_refusal", "hit@5", "cites_evidence", "exactness")


def page(scored: Scored) -> str:
    """The page. Everything that comes from articles, questions or models is escaped by the template."""
    from jinja2 import Environment, StrictUndefined, select_autoescape
    from markupsafe import Markup

    environment = Environment(
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    other = estimates(scored.beside[1]) if scored.beside else None
    runs = {scored.name: scored.report.outcomes}
    if scored.beside:
        runs[scored.beside[0]] = scored.beside[1].outcomes
    plots = {
        "correct": slices_plot(scored.estimates, "correct", other),
        "hits": slices_plot(scored.estimates, "hit@5", other),
        "risk": risk_plot(runs),
        "reliability": reliability_plot(runs),
    }
    return template.render(
        scored=scored,
        whole=scored.estimates.get(WHOLE, {}),
        headlines=HEADLINES,
        groups=GROUPS,
        lower=LOWER_IS_BETTER,
        rows=_rows(scored, other),
        other=scored.beside[0] if scored.beside else None,
        failures=failures(scored),
        right=sum(map(is_correct, scored.report.outcomes)),
        changed=[c for c in scored.comparison.changed if c.turn != "other"] if scored.comparison else [],
        latency=latency(scored.report),
        plots={name: Markup(svg) for name, svg in plots.items()},  # made in plots.py, which escapes
        said=said,
        interval=interval_of,
    )


def _rows(scored: Scored, other: Mapping[str, Mapping[str, Estimate]] | None) -> list[dict[str, Any]]:
    """The table of measures: ours, and the other system's or the baseline's difference."""
    empty = Estimate(None, 0)
    beside = compare(scored.beside[1], scored.report) if scored.beside else scored.comparison
    found: dict[str, Difference] = {d.measure: d for d in beside.differences} if beside else {}
    rows = []
    for group, names in GROUPS.items():
        for name, meaning in names.items():
            rows.append(
                {
                    "group": group,
                    "name": name,
                    "meaning": meaning,
                    "own": scored.estimates.get(WHOLE, {}).get(name, empty),
                    "other": other.get(WHOLE, {}).get(name, empty) if other else None,
                    "difference": found.get(name),
                }
            )
    return rows
