"""An address → what its server answers, for addresses that a user gives; nothing else is ever fetched.

The server's robots.txt is respected, size and time are capped. Every address that a name stands for is checked
when it is connected to, for each redirect anew: one inside this machine or its network is refused, so that a page
cannot make this program read what only it can reach.
"""

import gzip
import http.client
import ipaddress
import os
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from .errors import in_words
from .load import kind_of
from .types import Original, Skipped

AGENT = "verbatim-qa"
SECONDS = 30.0  # for one answer, from the first connection to the last byte
MAX_BYTES = 32 * 1024 * 1024
MAX_ROBOTS_BYTES = 512 * 1024  # RFC 9309 asks for 500 KiB at least
MAX_REDIRECTS = 5
PRIVATE_ALLOWED = "QA_PRIVATE_ADDRESSES"  # set to 1 to index pages of an intranet, or of this machine
KINDS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/x-jsonlines": "jsonl",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "message/rfc822": "eml",
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/xml": "feed",
    "text/xml": "feed",
    "application/zip": "zip",
}
UNSURE = ("", "application/octet-stream", "binary/octet-stream", "text/plain")  # the address may know better
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """An address that is not fetched, or an answer that is not taken, in words for the user."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered."""

    url: str
    status: int
    headers: Message
    content: bytes


@dataclass
class Fetcher:
    """Fetches pages one at a time, and asks each server's robots.txt once."""

    seconds: float = SECONDS
    most: int = MAX_BYTES
    private: bool = field(default_factory=lambda: os.environ.get(PRIVATE_ALLOWED) == "1")
    _robots: dict[str, RobotFileParser] = field(default_factory=dict)

    def fetch(self, source: str) -> Original | Skipped:
        """What the server answers, with its kind; or why it is not taken."""
        try:
            with _deadline(self.seconds) as sockets:
                answer = self._follow(source, sockets)
            return _to_original(source, answer)
        except Refused as refusal:
            return Skipped(source, str(refusal))

    def _follow(self, source: str, sockets: "_Sockets") -> Response:
        url = source
        for _ in range(MAX_REDIRECTS + 1):
            parts = _split(url)
            url = urlunsplit(parts)
            if not self._may_fetch(parts, sockets):
                raise Refused(f"the robots.txt of {parts.netloc} asks programs not to fetch it")
            answer = self._get(parts, self.most, sockets)
            place = answer.headers.get("location")
            if answer.status not in (301, 302, 303, 307, 308) or not place:
                if answer.status != 200:
                    phrase = http.client.responses.get(answer.status, "")
                    raise Refused(f"the server answers {answer.status} {phrase}".rstrip())
                return answer
            url = _join(url, place)
        raise Refused(f"is redirected more than {MAX_REDIRECTS} times")

    def _may_fetch(self, parts: SplitResult, sockets: "_Sockets") -> bool:
        """Whether robots.txt lets us; as RFC 9309 says, one that is not there allows all, one that fails forbids all."""
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = self._robots.get(origin)
        if rules is None:
            rules = RobotFileParser()
            answer = self._get(_split(f"{origin}/robots.txt"), MAX_ROBOTS_BYTES, sockets)
            for _ in range(MAX_REDIRECTS):
                place = answer.headers.get("location")
                if answer.status not in (301, 302, 307, 308) or not place:
                    break
                answer = self._get(_split(_join(answer.url, place)), MAX_ROBOTS_BYTES, sockets)
            if answer.status >= 500:
                raise Refused(f"the server answers {answer.status} for its robots.txt; try again later")
            lines = answer.content.decode("utf-8", "replace") if answer.status == 200 else ""
            rules.parse(lines.splitlines())
            self._robots[origin] = rules
        return rules.can_fetch(AGENT, urlunsplit(parts))

    def _get(self, parts: SplitResult, most: int, sockets: "_Sockets") -> Response:
        try:
            connection = _connect(parts, self.seconds, sockets, private=self.private)
            try:
                connection.request("GET", urlunsplit(("", "", parts.path or "/", parts.query, "")), headers={
                    "Host": parts.netloc, "User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity",
                })  # fmt: skip
                response = connection.getresponse()
                content = _read(response, most) if response.status == 200 else b""
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            sockets.check(self.seconds)
            raise Refused(f"the server of {parts.netloc} cannot be reached: {in_words(error)}") from error
        sockets.check(self.seconds)  # when it closes a connection, what was read of it looks whole
        return Response(urlunsplit(parts), response.status, response.headers, content)


# -- addresses -------------------------------------------------------------------------------------------------


def _split(url: str) -> SplitResult:
    """An address in its parts, with what may not stand in a request written as it must. Raises Refused."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise Refused(f"is no address that can be fetched: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise Refused(f"leads to {url[:80]!a}, which is no address of http or https")
    if parts.username is not None or parts.password is not None:
        raise Refused("holds a name or a password; pages behind one are not fetched")
    name = f"[{host}]" if ":" in host else host
    netloc = name if port is None else f"{name}:{port}"
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    return SplitResult(parts.scheme, netloc, path, quote(parts.query, safe="/%:@!$&'()*+,;=~-._?"), "")


def _join(url: str, place: str) -> str:
    """Where a redirect leads. Raises Refused."""
    try:
        return urljoin(url, place.strip())
    except ValueError as error:
        raise Refused(f"is redirected to what is no address: {error}") from error


def _connect(
    parts: SplitResult, seconds: float, sockets: "_Sockets", *, private: bool
) -> http.client.HTTPConnection:
    """A connection to the very address that was checked: the name is not looked up a second time."""
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    for address in addresses:
        if not private and not is_public(address):
            raise Refused(
                f"leads to {address}, an address inside this machine or its network; {PRIVATE_ALLOWED}=1 allows those"
            )
    connection = http.client.HTTPConnection(host, port)
    for address in addresses:
        try:
            plain = socket.create_connection((address, port), timeout=seconds / len(addresses))
        except OSError:
            if address == addresses[-1]:
                raise
        else:
            break
    plain.settimeout(seconds)
    connection.sock = sockets.add(plain)
    if secure:
        context = ssl.create_default_context()
        guarded = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        connection.sock = sockets.add(guarded)
        guarded.do_handshake()
    return connection


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet; of one that wraps an IPv4 address, whether that one is."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        translated = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None
        wrapped = ip.ipv4_mapped or ip.sixtofour or translated
        if wrapped is not None:
            return is_public(str(wrapped))
    return ip.is_global and not ip.is_multicast


class _Sockets:
    """The connections of one fetch, which its deadline closes."""

    def __init__(self) -> None:
        self.late = False
        self._open: list[socket.socket] = []

    def add(self, connection: socket.socket) -> socket.socket:
        self._open.append(connection)
        if self.late:
            self.shut()
        return connection

    def shut(self) -> None:
        """End what is being read, wherever it stands."""
        self.late = True
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def check(self, seconds: float) -> None:
        """Raises Refused after the deadline."""
        if self.late:
            raise Refused(f"takes longer than {seconds:g} s")


@contextmanager
def _deadline(seconds: float) -> Iterator[_Sockets]:
    """A server that sends a byte now and then never runs into a socket's own timeout."""
    sockets = _Sockets()
    timer = threading.Timer(seconds, sockets.shut)
    timer.daemon = True
    timer.start()
    try:
        yield sockets
    finally:
        timer.cancel()


# -- answers ---------------------------------------------------------------------------------------------------


def _read(response: http.client.HTTPResponse, most: int) -> bytes:
    """The content, as far as it may go. Raises Refused, or an error of the connection."""
    length = response.getheader("content-length") or "0"
    if length.isdecimal() and int(length) > most:
        raise Refused(f"the server would send {int(length):,} bytes; at most {most:,} are taken")
    content = response.read(most + 1)
    if len(content) > most:
        raise Refused(f"the server sends more than {most:,} bytes")
    if response.length:
        raise ConnectionResetError("it breaks off before the end")
    return _unpack(content, response.getheader("content-encoding") or "", most)


def _unpack(content: bytes, encoding: str, most: int) -> bytes:
    """The content, gunzipped when the server compresses though it was asked not to."""
    if encoding.lower() in ("", "identity"):
        return content
    if encoding.lower() not in ("gzip", "x-gzip"):
        raise Refused(f"the server sends it in the encoding {encoding[:40]!a}, which is not read")
    try:
        unpacked = gzip.GzipFile(fileobj=BytesIO(content)).read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(f"the server sends damaged gzip: {error}") from error
    if len(unpacked) > most:
        raise Refused(f"the server sends more than {most:,} bytes")
    return unpacked


def _to_original(source: str, answer: Response) -> Original:
    """The answer with its kind: what the server says, or the address where the server says nothing exact."""
    announced = answer.headers.get_content_type() if answer.headers.get("content-type") else ""
    kind = KINDS.get(announced)
    if announced in UNSURE:
        name = PurePosixPath(unquote(urlsplit(answer.url).path)).name
        kind = (None if name.endswith(".gz") else kind_of(name)) or kind
    if kind is None:
        raise Refused(f"is {announced or 'of no stated kind'}, which is not read")
    label = answer.headers.get_content_charset()
    return Original(source, kind, answer.content, label, answer.url)
