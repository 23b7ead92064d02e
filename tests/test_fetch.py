"""Fetching: only what was asked for, only from where it may come, never too much and never for too long."""

import gzip
import ipaddress
import socket
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server import Page, PageServer, serving

from indexes.fetch import MAX_REDIRECTS, Fetcher, is_public
from indexes.load import is_url, read_fetched
from indexes.sandbox import Sandbox
from indexes.types import Original, Record, Skipped

ARTICLE = b"<html><head><title>Crane falls</title></head><body><article><p>The crane fell on Elm Quay.</p></article></body></html>"


@pytest.fixture
def server() -> Iterator[PageServer]:
    with serving() as running:
        running.pages["/crane"] = Page(ARTICLE)
        yield running


def fetch(url: str, **settings: object) -> Original | Skipped:
    return Fetcher(**{"private": True, "seconds": 10.0, **settings}).fetch(url)  # type: ignore[arg-type]


def reason(url: str, **settings: object) -> str:
    item = fetch(url, **settings)
    assert isinstance(item, Skipped)
    assert item.source == url
    return item.reason


def test_a_page_is_fetched_with_its_kind_and_its_encoding(server: PageServer):
    server.pages["/crane"] = Page(ARTICLE, "text/html; charset=ISO-8859-1")
    url = f"{server.url}/crane"

    assert fetch(url) == Original(url, "html", ARTICLE, "iso-8859-1", url)
    assert server.asked == ["/robots.txt", "/crane"]


@pytest.mark.parametrize(
    ("kind", "path", "expected"),
    [
        ("text/html", "/a", "html"),
        ("application/pdf", "/a", "pdf"),
        ("application/rss+xml; charset=utf-8", "/a", "feed"),
        ("text/plain", "/a", "text"),
        ("text/plain", "/a.md", "markdown"),
        ("text/plain", "/rows.jsonl", "jsonl"),
        ("application/octet-stream", "/a.docx", "docx"),
        (None, "/a%2Epdf?x=1", "pdf"),
        ("text/html", "/a.pdf", "html"),
    ],
)
def test_the_servers_word_decides_what_it_is_and_the_address_where_that_is_vague(
    kind: str | None, path: str, expected: str, server: PageServer
):
    server.pages[path] = Page(ARTICLE, kind)
    page = fetch(server.url + path)

    assert isinstance(page, Original)
    assert page.kind == expected


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("image/png", "/a"),
        ("application/octet-stream", "/a"),
        (None, "/a.exe"),
        ("application/gzip", "/a.jsonl.gz"),
    ],
)
def test_what_is_not_read_is_not_taken(kind: str | None, path: str, server: PageServer):
    server.pages[path] = Page(b"x", kind)

    assert "which is not read" in reason(server.url + path)


def test_robots_txt_is_respected_and_asked_once(server: PageServer):
    server.pages["/robots.txt"] = Page(
        b"User-agent: *\nDisallow: /private\n\nUser-agent: verbatim-qa\nDisallow: /crane2", "text/plain"
    )
    server.pages["/crane2"] = server.pages["/private"] = Page(ARTICLE)
    fetcher = Fetcher(private=True)

    assert isinstance(fetcher.fetch(f"{server.url}/crane"), Original)
    refused = fetcher.fetch(f"{server.url}/crane2")
    assert isinstance(refused, Skipped)
    assert "robots.txt" in refused.reason
    assert server.asked == ["/robots.txt", "/crane"]


def test_a_robots_txt_that_fails_forbids_and_one_that_is_missing_allows(server: PageServer):
    assert isinstance(fetch(f"{server.url}/crane"), Original)
    server.pages["/robots.txt"] = Page(status=503)

    assert "503" in reason(f"{server.url}/crane")


def test_redirects_are_followed_each_with_its_own_robots_txt(server: PageServer):
    with serving() as other:
        other.pages["/new"] = Page(ARTICLE)
        server.pages["/old"] = Page(status=301, headers={"Location": "/older"})
        server.pages["/older"] = Page(status=302, headers={"Location": f"{other.url}/new"})
        page = fetch(f"{server.url}/old")
        assert isinstance(page, Original)
        assert (page.source, page.url) == (f"{server.url}/old", f"{other.url}/new")

        other.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /", "text/plain")
        assert "robots.txt" in reason(f"{server.url}/old")


def test_a_redirect_without_end_and_one_to_another_scheme_are_refused(server: PageServer):
    server.pages["/loop"] = Page(status=302, headers={"Location": "/loop"})
    for n, place in enumerate(
        ("file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:1", "http://", "http://[", "gopher://x")
    ):
        server.pages[f"/{n}"] = Page(status=302, headers={"Location": place})
        assert reason(f"{server.url}/{n}")

    assert f"more than {MAX_REDIRECTS} times" in reason(f"{server.url}/loop")


def test_addresses_inside_are_refused_at_first_and_after_a_redirect(
    server: PageServer, monkeypatch: pytest.MonkeyPatch
):
    assert "inside this machine or its network" in reason(f"{server.url}/crane", private=False)
    assert server.asked == []

    # A name that is public leads to a private one: the test's resolver sends it to the loopback, as a public address.
    monkeypatch.setattr("indexes.fetch.is_public", lambda address: address == "127.0.0.1")
    for place in (
        "http://127.0.0.2/x",
        "http://localhost.localdomain@127.0.0.3/",
        "http://0x7f.2/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
    ):
        server.pages["/out"] = Page(status=302, headers={"Location": place})
        assert (
            "inside this machine" in (words := reason(f"{server.url}/out", private=False))
            or "a name or a password" in words
        )


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    server: PageServer, monkeypatch: pytest.MonkeyPatch
):
    """A name server that gives another answer at the second question gets none."""
    questions: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: int, **more: int) -> list[object]:
        if host != "rebind.example":
            return list(real(host, port, *rest, **more))
        questions.append(host)
        address = "127.0.0.1" if len(questions) % 2 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr("indexes.fetch.socket.getaddrinfo", resolve)
    monkeypatch.setattr("indexes.fetch.is_public", lambda address: address == "127.0.0.1")
    words = reason(f"http://rebind.example:{server.server_port}/crane", private=False)

    assert (
        "10.0.0.1, an address inside" in words
    )  # robots.txt came from the first, the page would have from the second
    assert (server.asked, len(questions)) == (["/robots.txt"], 2)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
     "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1"],
)  # fmt: skip
def test_no_address_of_a_machine_or_a_network_is_public(address: str):
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_wrapped_in_another_is_as_public_as_it_is(address: ipaddress.IPv4Address):
    number = int(address)
    for wrapped in (
        f"::ffff:{address}",
        f"64:ff9b::{address}",
        f"2002:{number >> 16:x}:{number & 0xFFFF:x}::",
    ):
        assert is_public(wrapped) == is_public(str(address))


def test_public_addresses_are():
    assert all(is_public(a) for a in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"))


def test_an_answer_that_is_too_large_is_refused_announced_or_not(server: PageServer):
    server.pages["/announced"] = Page(b"x" * 10, announce=10**12)
    server.pages["/silent"] = Page(b"x" * 2_000, headers={"Transfer-Encoding": "x"})
    server.pages["/bomb"] = Page(gzip.compress(bytes(10**7)), headers={"Content-Encoding": "gzip"})

    assert "would send 1,000,000,000,000 bytes" in reason(f"{server.url}/announced")
    assert "2,000 bytes" in reason(f"{server.url}/silent", most=1_000)
    assert "more than 100,000 bytes" in reason(f"{server.url}/bomb", most=100_000)


def test_gzip_that_was_not_asked_for_is_unpacked(server: PageServer):
    server.pages["/crane"] = Page(gzip.compress(ARTICLE), headers={"Content-Encoding": "gzip"})
    page = fetch(f"{server.url}/crane")
    assert isinstance(page, Original)
    assert page.content == ARTICLE

    server.pages["/crane"] = Page(b"nonsense", headers={"Content-Encoding": "gzip"})
    assert "damaged gzip" in reason(f"{server.url}/crane")
    server.pages["/crane"] = Page(b"nonsense", headers={"Content-Encoding": "br"})
    assert "'br'" in reason(f"{server.url}/crane")


def test_a_server_that_drips_is_left_after_the_time_is_over(server: PageServer):
    server.pages["/crane"] = Page(ARTICLE, drip=0.05)
    start = time.monotonic()

    assert reason(f"{server.url}/crane", seconds=0.5) == "takes longer than 0.5 s"
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_says_nothing_is_left_too(scheme: str):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        assert "takes longer" in reason(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.3)

    assert time.monotonic() - start < 5


def test_a_server_that_breaks_off_or_is_not_there_is_named(server: PageServer):
    server.pages["/half"] = Page(ARTICLE, announce=len(ARTICLE) + 100)
    assert "breaks off" in reason(f"{server.url}/half", seconds=2) or "takes longer" in reason(
        f"{server.url}/half", seconds=2
    )
    assert "cannot be reached" in reason(server.url.replace("http:", "https:"))  # it does not speak TLS
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "cannot be reached" in reason(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("status", [204, 403, 404, 500])
def test_an_answer_that_is_no_page_is_named(status: int, server: PageServer):
    server.pages["/x"] = Page(b"", status=status)

    assert f"answers {status}" in reason(f"{server.url}/x")


@pytest.mark.parametrize(
    "url",
    ["http://", "https://[", "http://a b/", "http://user:secret@127.0.0.1/", "http://127.0.0.1:99999/", "http://127.0.0.1:x/",
     "http://\u2603" + "x" * 70 + ".example/", "http://exa\nmple/", "HTTP:///x", "http://\0/"],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused(url: str):
    assert reason(url)


def test_blanks_and_other_letters_in_an_address_are_written_as_requests_have_them(server: PageServer):
    server.pages["/caf%C3%A9%20x?q=%C3%A9"] = Page(ARTICLE)

    assert isinstance(fetch(f"{server.url}/café x?q=é#part"), Original)


def test_what_is_an_address_and_what_a_file():
    assert all(is_url(source) for source in ("http://a.example", "HTTPS://a.example/x"))
    assert not any(is_url(source) for source in ("a.html", "/http://x", "ftp://a.example", "http:/x", 7))


def test_a_fetched_page_becomes_an_article_of_its_own_address(server: PageServer):
    server.pages["/crane?utm=1"] = Page(
        ARTICLE.replace(b"</head>", b"<link rel=canonical href=/crane></head>")
    )
    server.pages["/notes"] = Page(b"Crane falls\n\nIt fell.", "text/plain")
    with Sandbox() as sandbox:
        for path, url in (("/crane?utm=1", "/crane"), ("/notes", "/notes")):
            page = fetch(server.url + path)
            assert isinstance(page, Original)
            (record,) = read_fetched(page, sandbox)
            assert isinstance(record, Record)
            assert (record.source, record.url, record.title) == (
                server.url + path,
                server.url + url,
                "Crane falls",
            )
