"""The HTML report: everything escaped; opened in a browser, nothing is asked for, the plots show, the text is in sight."""

import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.plots import reliability_plot, risk_plot
from evals.report_page import page
from tests.fakes import made_run
from tests.strategies import any_text
from tests.test_exchange import scored

HOSTILE = '</dd><script>document.title="x"</script><img src="https://evil.example/a.png" onerror="alert(1)">'


class Tags(HTMLParser):
    """Counts the elements, and keeps every address that one names."""

    def __init__(self, text: str):
        super().__init__()
        self.names: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.addresses += [
            v for k, v in attrs if k in ("src", "href", "action", "data") or (k or "").startswith("on")
        ]


def of(text: str):
    run = scored()
    bad = [replace(o, text=text or "x", short=text, reason=None) for o in run.report.outcomes]
    gold = [replace(g, question=f"{text} {i}", trap=text) for i, g in enumerate(run.gold)]
    return replace(
        run, report=replace(run.report, outcomes=tuple(bad)), gold=tuple(gold), name=text, command=text
    )


def test_a_page_needs_nothing_and_holds_every_failure():
    tags = Tags(page(scored()))

    assert tags.addresses == []
    assert not {"script", "img", "iframe", "link", "object"} & set(tags.names)
    assert tags.names.count("svg") == 4
    assert tags.names.count("details") == 1 + 6 + 6  # the hits, what changed, what failed


@given(any_text)
def test_nothing_that_was_said_is_markup(text: str):
    plain, hostile = Tags(page(of("plain"))), Tags(page(of(text + HOSTILE)))

    assert hostile.names == plain.names
    assert hostile.addresses == []


def test_two_systems_stand_side_by_side():
    run = replace(
        scored(gated=False), beside=("stock", made_run([i % 3 == 0 for i in range(24)], unanswerable=8))
    )
    text = page(run)

    assert "verbatim beside stock" in text
    assert text.count('class="other"') > 20
    assert re.search(r"correct<br>.*?0\.750.*?0\.333.*?\+0\.417", text, re.DOTALL)


@given(st.lists(st.booleans(), max_size=30), st.integers(0, 10))
def test_plots_stay_within_their_frame(rights: list[bool], unanswerable: int):
    outcomes = made_run(rights, unanswerable=min(unanswerable, len(rights))).outcomes
    for svg in (risk_plot({"a": outcomes}), reliability_plot({"a": outcomes})):
        width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', svg).groups())
        for x in re.findall(r' (?:x1|x2|cx)="([^"]+)"', svg):
            assert 0 <= float(x) <= width
        for y in re.findall(r' (?:y1|y2|cy)="([^"]+)"', svg):
            assert 0 <= float(y) <= height


def test_in_a_browser_no_request_leaves_and_the_plots_show(tmp_path: Path):
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, driver_path = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver_path):
        pytest.skip("no chromium or no chromedriver here; apt-get install chromium chromium-driver")
    file = tmp_path / "report.html"
    file.write_text(page(of(HOSTILE)), encoding="utf-8")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-dev-shm-usage",
        "window-size=1000,900",
    ):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver_path))
    try:
        driver.get(file.as_uri())
        sizes = driver.execute_script(
            "return [...document.querySelectorAll('figure svg')].map(s => [s.getBoundingClientRect().width, s.querySelectorAll('circle, polyline').length])"
        )
        wide = driver.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
        messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
        asked = [
            m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"
        ]
        severe = [e for e in driver.get_log("browser") if e["level"] == "SEVERE"]
    finally:
        driver.quit()

    assert asked == [file.as_uri()]
    assert severe == []
    shown = [marks for width, marks in sizes if width > 200]
    assert len(shown) >= 3
    assert all(shown)
    assert wide <= 0
