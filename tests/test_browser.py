"""The chat in a real browser: a citation opens its article at the quote, and the page asks nobody else."""

import html
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("gradio", reason="the chat's extra is not installed")
pytest.importorskip("selenium", reason="selenium is not installed")

from citing import every_citation
from gradio_client import Client
from gradio_client.exceptions import AppError
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
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
# What our own HTML has none of, in the parts that show what comes from articles.
MARKUP_OF_OTHERS = ", ".join(
    f":is(#qa-conversation, #qa-article, #qa-entries) {tag}"
    for tag in (
        "img",
        "script",
        "b",
        "svg",
        "iframe",
        "style",
        "object",
        "link",
        "form",
        "a:not(.qa-original)",
    )
)
AXE = Path(os.environ.get("AXE", ROOT / ".axe" / "package" / "axe.min.js"))


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


@contextmanager
def served(log: Path, *program: object) -> Iterator[str]:
    """The address at which a program serves the chat; its last argument is the port."""
    url = f"http://127.0.0.1:{program[-1]}"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *map(str, program)], cwd=ROOT, stdout=output, stderr=output,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while "answers at" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield url
        assert "Traceback" not in log.read_text()
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def address(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running program."""
    log = tmp_path_factory.mktemp("log") / "app.log"
    with served(log, "app.py", "--index", index, "--no-browser", "--port", free_port()) as url:
        yield url


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
    with watched(chromium, address):
        yield chromium


@contextmanager
def watched(chromium: webdriver.Chrome, address: str) -> Iterator[None]:
    """A page, freshly opened. Afterwards: nobody else was asked, and no script failed."""
    chromium.get("about:blank")  # what the page before says when it is left is not this one's
    chromium.get_log("performance")
    chromium.get_log("browser")
    chromium.get(address)
    until(chromium, ".qa-welcome")
    yield
    messages = [json.loads(entry["message"])["message"] for entry in chromium.get_log("performance")]
    urls = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    others = [
        url
        for url in urls
        if not url.startswith(("data:", "blob:")) and urlsplit(url).netloc != urlsplit(address).netloc
    ]
    assert urls
    assert others == []
    severe = [e["message"] for e in chromium.get_log("browser") if e["level"] == "SEVERE"]
    # Gradio says so of its own streams when a page is left.
    assert [message for message in severe if "AbortError: signal is aborted" not in message] == []


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


def button(driver: webdriver.Chrome, text: str):
    """The button that says this, as soon as it can be seen."""

    def found(driver: webdriver.Chrome):
        buttons = driver.find_elements(By.CSS_SELECTOR, ":is(button, summary):not(.visually-hidden *)")
        return next((b for b in buttons if b.text.strip() == text and b.is_displayed()), None)

    return WebDriverWait(driver, WAIT_S).until(found, text)


def open_part(driver: webdriver.Chrome, selector: str) -> None:
    """Open a part of the page that is folded."""
    [part] = until(driver, f"{selector} > button")
    part.click()


def said(driver: webdriver.Chrome, selector: str, words: str) -> None:
    """Wait until a part of the page says this."""
    read = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent).join(' ')"
    WebDriverWait(driver, WAIT_S).until(
        lambda d: words in d.execute_script(read, selector),
        f"{words!r} in {selector}: {driver.execute_script(read, selector)}",
    )


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
    assert page.find_elements(By.CSS_SELECTOR, MARKUP_OF_OTHERS) == []


def test_a_new_conversation_begins_empty(page):
    ask(page, ABSURD)

    button(page, "New conversation").click()

    until(page, ".qa-welcome")
    assert page.find_elements(By.CSS_SELECTOR, ".qa-turn, .qa-text") == []


def test_a_follow_up_is_shown_changed_and_asked_again(page):
    ask(page, ANSWERED)
    ask(page, "Why will it close?")
    said(page, ".qa-turn:last-child", "Understood as:")

    button(page, "Change this").click()

    [box] = page.find_elements(By.CSS_SELECTOR, "#qa-box textarea")
    WebDriverWait(page, WAIT_S).until(lambda _: "larkwell" in (box.get_property("value") or "").lower())
    box.send_keys(Keys.ENTER)
    until(page, ".qa-turn", 3)
    WebDriverWait(page, WAIT_S).until_not(lambda d: d.find_elements(By.CSS_SELECTOR, ".qa-wait"))


def test_dates_keep_a_question_to_their_time(page):
    [settings] = page.find_elements(By.CSS_SELECTOR, "#qa-settings > button")
    settings.click()
    [after] = until(page, "#qa-after input")
    WebDriverWait(page, WAIT_S).until(lambda _: after.get_property("type") == "date")
    page.execute_script(
        "arguments[0].value = '2040-01-01'; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
        after,
    )

    ask(page, ANSWERED)

    said(page, ".qa-turn", "Only articles published on 2040-01-01 or later")
    until(page, ".qa-abstained")


def test_an_answer_is_marked_copied_and_saved(page, index, tmp_path):
    page.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    ask(page, ANSWERED)

    button(page, "Right").click()
    said(page, ".qa-judged", "right")
    button(page, "Save as web page").click()
    WebDriverWait(page, WAIT_S).until(lambda _: (tmp_path / "conversation.html").exists())
    button(page, "Save as Markdown").click()
    WebDriverWait(page, WAIT_S).until(lambda _: (tmp_path / "conversation.md").exists())

    [row] = [json.loads(line) for line in (index / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    assert row["question"] == ANSWERED
    with qa.open(index, create=False) as library:
        [citation] = library.ask(ANSWERED).citations
    assert f"<mark>{html.escape(citation.quote)}</mark>" in (tmp_path / "conversation.html").read_text(
        encoding="utf-8"
    )
    assert "Larkwell" in (tmp_path / "conversation.md").read_text(encoding="utf-8")
    copied = until(page, "[data-copy]")[0].get_attribute("data-copy")
    assert citation.quote in copied


def test_a_file_is_uploaded_found_asked_about_and_removed(page, tmp_path):
    upload = tmp_path / "tern.txt"
    upload.write_text("A tern called Zebedee nested on the roof of Quay House in 2031.", encoding="utf-8")
    (tmp_path / "photo.png").write_bytes(b"x")
    button(page, "Library").click()
    open_part(page, "#qa-add")
    WebDriverWait(page, WAIT_S).until(
        lambda d: d.find_elements(By.CSS_SELECTOR, "#qa-files input[type=file]")
    )
    [files] = page.find_elements(By.CSS_SELECTOR, "#qa-files input[type=file]")
    files.send_keys(f"{upload}\n{tmp_path / 'photo.png'}")
    said(page, "#qa-files", "photo")

    button(page, "Add").click()

    said(page, ".qa-job", "1 article added")
    said(page, ".qa-job", "1 source skipped")
    [search] = page.find_elements(By.CSS_SELECTOR, "#qa-find textarea, #qa-find input[type=text]")[:1]
    search.send_keys("Zebedee", Keys.ENTER)
    said(page, ".qa-pages", "1–1 of 1")
    until(page, ".qa-entry")[0].click()
    said(page, ".qa-text", "Zebedee")
    button(page, "Ask").click()
    ask(page, "What is the tern on the roof of Quay House called?")
    assert "Zebedee" in until(page, ".qa-turn")[0].text
    button(page, "Library").click()
    button(page, "Remove").click()
    button(page, "Take it out of the index").click()
    said(page, ".qa-holdings", "Removed from the index")


def test_the_keys_go_from_citation_to_citation_wherever_the_focus_is(page):
    ask(page, ABSURD)
    until(page, '#qa-article [data-shown="1.1"]')

    ActionChains(page).key_down(Keys.ALT).send_keys("n").key_up(Keys.ALT).perform()
    until(page, '#qa-article [data-shown="1.2"]')
    ActionChains(page).key_down(Keys.ALT).send_keys("p").key_up(Keys.ALT).perform()
    until(page, '#qa-article [data-shown="1.1"]')


@pytest.mark.skipif(not AXE.exists(), reason=f"no axe-core at {AXE}; run: make axe")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(page, dark):
    page.execute_script("document.body.classList.toggle('dark', arguments[0])", dark)
    page.execute_script(AXE.read_text(encoding="utf-8"))
    found: dict[str, list[str]] = {}

    def look(where: str) -> None:
        violations = page.execute_async_script(
            "const done = arguments[0]; axe.run({resultTypes: ['violations']}).then(r => done(r.violations))"
        )
        for v in violations:
            if v["impact"] in ("serious", "critical"):
                found[f"{where}: {v['id']}"] = [node["html"][:200] for node in v["nodes"]]

    look("welcome")
    ask(page, ANSWERED)
    ask(page, ABSURD)
    page.find_elements(By.CSS_SELECTOR, "#qa-settings > button")[0].click()
    until(page, "#qa-after input")
    look("answers")
    button(page, "Library").click()
    until(page, ".qa-entry")
    open_part(page, "#qa-add")
    until(page, "#qa-files")
    look("library")
    assert found == {}


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
    assert status("/gradio_api/process_recording", data=b"--x--\r\n") == 403
    assert status(f"/gradio_api/file={index}/catalogue.sqlite3") == 403
    assert status("/monitoring") == 403


# -- citations and hostile texts, many of each ---------------------------------------------------------------

CITATIONS = int(os.environ.get("QA_CITATIONS", "120"))  # 500 in the nightly run
NEWSPAPER = sorted((ROOT / "evals" / "newspaper").glob("[a-c]*.md"))
PAYLOADS = (
    "<script>hit('{n}')</script>", '"><img src=x onerror=hit(1)>', "<svg onload=hit(2)>", "<svg><script>hit(3)</script></svg>",
    "' onmouseover='hit(4)' x='", '" autofocus onfocus="hit(5)" x="', "![x](https://evil.example/{n}.png)",
    "[x](javascript:hit(6))", "<a href=javascript:hit(7)>x</a>", "<iframe srcdoc='<script>parent.hit(8)</script>'></iframe>",
    "${{hit(9)}} {{{{hit(10)}}}} `${{hit(11)}}`", "</div></article></section><h1>x</h1>", "<style>*{{display:none}}</style>",
    "\u202e\u2066gnp.exe\u202d{n}", "<img src=https://evil.example/{n}>", "<link rel=stylesheet href=//evil.example/{n}.css>",
    "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=//evil.example'>", "<form action=//evil.example>",
    "&lt;img src=x onerror=hit(12)&gt;", "&#60;script&#62;hit(13)&#60;/script&#62;", "<math><mtext></form><form><mglyph>",
    "<textarea></textarea><img src=x onerror=hit(14)>", "<!--><img src=x onerror=hit(15)>-->", "\\u003cscript>hit(16)</script>",
)  # fmt: skip
HOSTILE = tuple(
    payload.format(n=n) + (" " + "A" * 40_000 if n % 50 == 7 else "")
    for n, payload in enumerate(PAYLOADS * (200 // len(PAYLOADS)))
)


@pytest.fixture(scope="module")
def citing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address and the index of a chat that cites what it is told, over the newspaper and hostile articles."""
    folder = tmp_path_factory.mktemp("citing")
    rows = [
        {"id": f"h{n}", "text": f"{text[:200]} The harbour of number {n} is deep.", "title": text, "byline": text,
         "publisher": text, "url": f"https://x.example/{text[:60]}", "published": "2031"}
        for n, text in enumerate(HOSTILE)
    ]  # fmt: skip
    rows[3]["title"] = "B" * 1_000_000
    (folder / "hostile.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    (folder / "files").mkdir()
    for n, text in enumerate(HOSTILE):
        name = f"{text[:90]}{n}.txt".replace("/", "∕").replace("\0", "")
        (folder / "files" / name).write_text(f"Pier number {n} is long.", encoding="utf-8")
    with qa.open(folder / "index") as library:
        update = library.add(*NEWSPAPER, folder / "hostile.jsonl", folder / "files")
        assert not update.skipped
    with served(folder / "log", "tests/citing.py", folder / "index", free_port()) as url:
        yield url, folder / "index"


EVERY_CHIP = """
const done = arguments[0], found = [];
(async () => {
    const places = [...document.querySelectorAll("#qa-conversation .qa-chip")].map(chip => chip.dataset.place);
    for (const place of places) {
        const chip = document.querySelector(`#qa-conversation .qa-chip[data-place="${place}"]`);
        const reader = () => document.querySelector("#qa-article .qa-reader");
        chip.click();
        while (reader()?.dataset.shown !== place) await new Promise(resolve => setTimeout(resolve, 4));
        const marks = [...reader().querySelectorAll("mark.qa-current")];
        found.push([
            chip.title, chip.closest(".qa-statement").querySelector("p").textContent, marks.map(m => m.textContent).join(""),
            reader().querySelector(".qa-text").textContent, chip.textContent.includes("exact quote"),
        ]);
    }
    done(found);
})();
"""


def test_chip_highlight_and_stored_text_are_equal_for_every_citation(chromium, citing):
    url, index = citing
    with qa.open(index, create=False) as library:
        stored = list(itertools.islice(every_citation(library.index), CITATIONS))
        texts = [library.article(citation.article_id).text for citation in stored]
    assert len(stored) == CITATIONS
    with watched(chromium, url):
        ask(chromium, f"all {CITATIONS}")
        chromium.set_script_timeout(600)
        found = chromium.execute_async_script(EVERY_CHIP)

    assert len(found) == CITATIONS
    for (chip, said, marked, text, exact), citation, whole in zip(found, stored, texts, strict=True):
        assert chip == marked == citation.quote == citation.span.cut(whole)
        assert text == whole
        assert said == " ".join(citation.quote.split())
        assert exact


def test_no_hostile_string_runs_is_markup_or_breaks_the_page(chromium, citing):
    url, _ = citing
    with watched(chromium, url):
        chromium.execute_script("window.hits = []; window.hit = n => hits.push(n);")
        for n in range(0, len(HOSTILE), 8):  # each is in the list below; these are also asked and opened
            question = f"{HOSTILE[n][:300]} h{n}"
            chromium.execute_script(
                "const box = document.querySelector('#qa-box textarea'); box.value = arguments[0];"
                "box.dispatchEvent(new Event('input', {bubbles: true}));"
                "setTimeout(() => document.querySelector('#qa-box button.submit-button').click(), 50);",
                question,
            )
            until(chromium, f'#qa-article [data-shown="{n // 8 + 1}.1"]')
            assert harmless(chromium), question
        button(chromium, "Library").click()
        where = "return document.querySelector('.qa-pages span')?.textContent"
        for page_number in itertools.count():
            until(chromium, ".qa-entry", 2)
            assert harmless(chromium), page_number
            last = chromium.find_elements(By.CSS_SELECTOR, ".qa-pages .qa-step")[-1]
            if not last.get_attribute("data-page"):
                break
            shown = chromium.execute_script(where)
            last.click()
            WebDriverWait(chromium, WAIT_S).until(
                lambda d, shown=shown: d.execute_script(where) not in (None, shown)
            )
        assert page_number == (len(HOSTILE) * 2 + len(NEWSPAPER)) // 50


def harmless(driver: webdriver.Chrome) -> bool:
    """Nothing ran, nothing is markup that is not ours, nothing is wider than the window."""
    return bool(
        driver.execute_script(
            "return !hits.length && document.title === 'Verbatim' && !document.querySelector(arguments[0])"
            " && document.documentElement.scrollWidth <= innerWidth",
            MARKUP_OF_OTHERS,
        )
    )


def test_the_api_is_typed_and_says_what_is_wrong(address):
    client = Client(address, verbose=False)

    answer = client.predict(ANSWERED, api_name="/ask")
    assert answer["question"] == ANSWERED
    article = client.predict(answer["hits"][0]["article_id"], api_name="/article")
    hit = answer["hits"][0]
    assert article["text"][hit["start"] : hit["end"]] == hit["text"]
    assert client.predict("Larkwell", api_name="/articles")["total"] >= 1
    assert client.predict(ANSWERED, after="2040-01-01", api_name="/ask")["hits"] == []
    with pytest.raises(AppError, match="'soon' is not a day"):
        client.predict(ANSWERED, after="soon", api_name="/ask")
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(endpoints) == {"/ask", "/articles", "/article"}
    assert [p["parameter_name"] for p in endpoints["/ask"]["parameters"]] == [
        "question",
        "after",
        "before",
        "publishers",
    ]
