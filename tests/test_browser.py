"""The chat in a real browser: a citation opens its article at the quote, and the page asks nobody else."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("gradio", reason="the chat's extra is not installed")
pytest.importorskip("selenium", reason="selenium is not installed")

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

import qa

CHROMIUM = next(
    filter(
        None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))
    ),
    None,
)
CHROMEDRIVER = shutil.which("chromedriver") or shutil.which("chromium.chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and CHROMEDRIVER),
    reason="no chromium or no chromedriver here; apt-get install chromium chromium-driver",
)

ROOT = Path(__file__).parent.parent
FILES = (
    "council-larkwell-decision.md", "pike-appeal.md", "council-boil-notice.md", "hathersow-boat-redated.md",
)  # fmt: skip
ANSWERED = "When will Larkwell Primary School close?"
ABSURD = "What is the price of uranium on Mars?"
# What a hostile article might try: markup, a template of Gradio's HTML part, a picture that calls home.
ATTACK = (
    "The lighthouse at Grimsel Head was sold to a diver named Odo Fanshawe. "
    '<img src="https://evil.example/a.png" onerror="document.title=1"><script>document.title=2</script> '
    "${document.title=3} {{document.title=4}} `${document.title=5}` ![](https://evil.example/b.png) "
    '<a href="https://evil.example/c">c</a></div></article> The diver paid in shells. 🐚'
)
WAIT_S = 60


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four articles of the sample newspaper and a hostile one."""
    folder = tmp_path_factory.mktemp("browser")
    hostile = {
        "text": ATTACK,
        "title": '"><img src=https://evil.example/d.png>',
        "publisher": "<b>Evil & Co</b>",
    }
    (folder / "hostile.jsonl").write_text(json.dumps(hostile) + "\n", encoding="utf-8")
    with qa.open(folder / "index") as library:
        library.add(*(ROOT / "evals" / "newspaper" / name for name in FILES), folder / "hostile.jsonl")
    return folder / "index"


@pytest.fixture(scope="module")
def address(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running program."""
    url = f"http://127.0.0.1:{free_port()}"
    log = tmp_path_factory.mktemp("log") / "app.log"
    command = [
        sys.executable,
        "app.py",
        "--index",
        str(index),
        "--port",
        url.rpartition(":")[2],
        "--no-browser",
    ]
    with log.open("w") as output:
        program = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=output, env=os.environ | {"PYTHONPATH": str(ROOT)}
        )
    try:
        deadline = time.monotonic() + 120
        while "answers at" not in log.read_text():
            assert program.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield url
        assert "Traceback" not in log.read_text()
    finally:
        program.terminate()
        program.wait(30)


@pytest.fixture(scope="module")
def chromium() -> Iterator[webdriver.Chrome]:
    """One headless browser for all tests; it writes down every request."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-dev-shm-usage",
        "window-size=1280,800",
    ):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(CHROMEDRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def page(chromium: webdriver.Chrome, address: str) -> Iterator[webdriver.Chrome]:
    """The chat, freshly opened. Afterwards: nobody else was asked, and no script failed."""
    chromium.get_log("performance")
    chromium.get_log("browser")
    chromium.get(address)
    until(chromium, ".qa-welcome")
    yield chromium
    messages = [json.loads(entry["message"])["message"] for entry in chromium.get_log("performance")]
    urls = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    others = [
        url
        for url in urls
        if not url.startswith(("data:", "blob:")) and urlsplit(url).netloc != urlsplit(address).netloc
    ]
    assert urls
    assert others == []
    assert [e for e in chromium.get_log("browser") if e["level"] == "SEVERE"] == []


def until(driver: webdriver.Chrome, selector: str, count: int = 1):
    """The elements for a selector, as soon as there are enough of them and all can be seen."""

    def found(driver: webdriver.Chrome):
        elements = driver.find_elements(By.CSS_SELECTOR, selector)
        return elements if len(elements) >= count and all(e.is_displayed() for e in elements) else None

    return WebDriverWait(driver, WAIT_S, ignored_exceptions=()).until(found, f"{count} of {selector}")


def ask(driver: webdriver.Chrome, question: str) -> None:
    """Type a question and wait for what comes of it."""
    before = len(driver.find_elements(By.CSS_SELECTOR, ".qa-turn"))
    [box] = driver.find_elements(By.CSS_SELECTOR, "#qa-box textarea")
    box.send_keys(question, Keys.ENTER)
    until(driver, ".qa-turn", before + 1)
    WebDriverWait(driver, WAIT_S).until_not(lambda d: d.find_elements(By.CSS_SELECTOR, ".qa-wait"))


def is_shown(driver: webdriver.Chrome, place: str) -> bool:
    return bool(driver.find_elements(By.CSS_SELECTOR, f'#qa-article [data-shown="{place}"]'))


def highlighted(driver: webdriver.Chrome) -> str:
    return driver.execute_script(
        "return [...document.querySelectorAll('mark.qa-current')].map(mark => mark.textContent).join('')"
    )


def in_viewport(driver: webdriver.Chrome, selector: str) -> bool:
    """Whether the element lies inside the window and inside every pane that scrolls, uncovered."""
    return driver.execute_script(
        """const element = document.querySelector(arguments[0]), box = element.getBoundingClientRect();
        if (box.top < 0 || box.bottom > innerHeight || box.left < 0 || box.right > innerWidth) return false;
        return [box.top + 4, box.bottom - 4].every(y => {
            const top = document.elementFromPoint(box.left + 4, y);
            return top && (element.contains(top) || top.contains(element));
        });""",
        selector,
    )


def click_and_wait(driver: webdriver.Chrome, chip) -> None:
    place = chip.get_attribute("data-place")
    chip.click()
    WebDriverWait(driver, WAIT_S).until(lambda d: is_shown(d, place))


@pytest.mark.parametrize("width", [1280, 400])
def test_a_citation_opens_its_article_at_the_quote(page, index, width):
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 700, "deviceScaleFactor": 1, "mobile": False},
    )
    with qa.open(index, create=False) as library:
        answer = library.ask(ANSWERED)
        article = library.article(answer.citations[-1].article_id)
    ask(page, ANSWERED)

    chips = until(page, ".qa-chip", len(answer.citations))
    click_and_wait(page, chips[-1])

    assert "✓ exact quote" in chips[-1].text
    assert highlighted(page) == answer.citations[-1].quote
    WebDriverWait(page, WAIT_S).until(lambda d: in_viewport(d, "mark.qa-current"))
    [text] = until(page, ".qa-text")
    assert text.get_property("textContent") == article.text
    assert page.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_the_articles_do_not_say(page):
    ask(page, ABSURD)

    [abstained] = until(page, ".qa-abstained")
    assert abstained.text == "The articles do not say."
    assert len(until(page, ".qa-chip", 2)) >= 2


def test_what_the_user_can_fix_is_said_in_the_conversation(page):
    ask(page, "?!")

    [problem] = until(page, ".qa-problem")
    assert problem.text == "The question is empty; ask something in words."


def test_the_keyboard_goes_from_citation_to_citation(page):
    ask(page, ABSURD)
    until(page, '#qa-article [data-shown="1.1"]')
    [step] = page.find_elements(By.CSS_SELECTOR, '.qa-step[aria-label^="Next"]')

    step.send_keys(Keys.ENTER)

    until(page, '#qa-article [data-shown="1.2"]')
    focused = page.switch_to.active_element
    assert focused.get_attribute("aria-label") == "Next passage"
    current = page.find_elements(By.CSS_SELECTOR, '.qa-chip[aria-current="true"]')
    assert [chip.get_attribute("data-place") for chip in current] == ["1.2"]


def test_what_a_hostile_article_says_is_only_text(page):
    ask(page, "Who bought the lighthouse at Grimsel Head?")
    chips = until(page, ".qa-chip")
    place = next(chip for chip in chips if "Evil & Co" in chip.text)
    click_and_wait(page, place)

    [text] = until(page, ".qa-text")
    assert text.get_property("textContent") == ATTACK
    assert page.title == "Verbatim"
    assert (
        page.find_elements(By.CSS_SELECTOR, "#qa-panes img, #qa-panes a, #qa-panes script, #qa-panes b") == []
    )


def test_a_new_conversation_begins_empty(page):
    ask(page, ABSURD)
    [fresh] = page.find_elements(By.CSS_SELECTOR, "#qa-new")

    fresh.click()

    until(page, ".qa-welcome")
    assert page.find_elements(By.CSS_SELECTOR, ".qa-turn, .qa-text") == []


def test_the_server_keeps_its_other_doors_shut(address, index):
    def status(path: str, *, data: bytes | None = None, host: str | None = None) -> int:
        request = urllib.request.Request(address + path, data=data)
        request.add_header("Content-Type", "multipart/form-data; boundary=x")
        if host:
            request.add_header("Host", host)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    assert status("/") == 200
    assert status("/", host="evil.example") == 403
    assert status("/gradio_api/upload", data=b"--x--\r\n") == 403
    assert status(f"/gradio_api/file={index}/catalogue.sqlite3") == 403
    assert status("/monitoring") == 403
