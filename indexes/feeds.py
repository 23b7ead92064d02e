"""RSS and Atom → records: each entry is an article."""

import re
from collections.abc import Iterator
from html.entities import html5

from lxml import etree

from .pages import plain_text
from .timestamps import to_iso
from .types import Original, Record, Skipped

AMPERSAND = re.compile(rb"&(?:(#?[A-Za-z0-9]{1,31});)?")
MAX_ENTRIES = 10_000  # read in some seconds; feeds have some dozens
# Names without their namespace, the fullest first.
TEXTS = ("encoded", "content", "description", "summary")
PUBLISHED = ("published", "pubDate", "issued", "date", "created")
UPDATED = ("updated", "modified")


def read_feed(original: Original) -> Iterator[Record | Skipped]:
    """The entries of a feed."""
    if b"<!ENTITY" in original.content:
        yield Skipped(original.source, "declares entities, which a feed does not need and an attack does")
        return
    root = _parse(original.content.strip())
    if root is None or _name(root) not in ("rss", "feed", "RDF"):
        yield Skipped(original.source, "is no RSS or Atom feed")
        return
    channel = next((e for e in root if _name(e) == "channel"), root)
    parents = (root,) if channel is root else (channel, root)  # in RSS 1.0 the items stand beside the channel
    entries = [e for parent in parents for e in parent if _name(e) in ("item", "entry")]
    if not entries:
        yield Skipped(original.source, "is a feed without entries")
    for number, entry in enumerate(entries[:MAX_ENTRIES], start=1):
        yield _read_entry(entry, channel, f"{original.source}#{number}")
    if len(entries) > MAX_ENTRIES:
        yield Skipped(original.source, f"holds {len(entries):,} entries; the first {MAX_ENTRIES:,} are read")


def _parse(content: bytes) -> etree._Element | None:
    """The feed's elements. Entities are left as they stand and nothing is fetched: a feed is data."""
    for repaired in (False, True):
        parser = etree.XMLParser(
            recover=repaired, resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True
        )
        try:
            return etree.fromstring(AMPERSAND.sub(_escape, content) if repaired else content, parser)
        except (etree.XMLSyntaxError, ValueError):
            continue
    return None


def _escape(match: re.Match[bytes]) -> bytes:
    """An ampersand of HTML as XML has it: what is not well-formed is otherwise dropped."""
    name = (match[1] or b"").decode("ascii")
    if name in ("amp", "lt", "gt", "quot", "apos") or name.startswith("#"):
        return match[0]
    characters = html5.get(f"{name};", "")
    return "".join(f"&#{ord(c)};" for c in characters).encode() or b"&amp;" + match[0][1:]


def _read_entry(entry: etree._Element, channel: etree._Element, place: str) -> Record | Skipped:
    text = next((t for name in TEXTS if (t := _html(entry, name))), "")
    if not text:
        return Skipped(place, "an entry without text")
    url = _link(entry)
    published = next((iso for name in PUBLISHED if (iso := to_iso(_text(entry, name) or ""))), None)
    return Record(
        source=url or place,
        text=text,
        id=None if url else _text(entry, "guid") or _text(entry, "id"),
        title=plain_text(_text(entry, "title") or "").replace("\n", " ") or None,
        byline=_authors(entry),
        publisher=_text(entry, "source") or _text(channel, "title"),
        published=published,
        updated=next((iso for name in UPDATED if (iso := to_iso(_text(entry, name) or ""))), None),
        language=_text(channel, "language") or channel.get("{http://www.w3.org/XML/1998/namespace}lang"),
        url=url,
        section=_text(entry, "category"),
        dated_by="feed" if published else None,
    )


def _name(element: etree._Element) -> str:
    """An element's name without its namespace; "" of what is not an element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: etree._Element, name: str) -> str | None:
    """The words in the first child of a name."""
    for child in element:
        if _name(child) == "source" == name and len(child):  # of Atom: a feed in itself
            return _text(child, "title")
        if _name(child) == name and (text := " ".join("".join(child.itertext()).split())):
            return text
    return None


def _html(entry: etree._Element, name: str) -> str:
    """The text in the HTML that a child holds, escaped or as elements."""
    for child in entry:
        if _name(child) == name:
            inner = "".join(etree.tostring(e, encoding="unicode", method="html") for e in child)
            if text := plain_text(f"<div>{child.text or ''}{inner}</div>"):
                return text
    return ""


def _link(entry: etree._Element) -> str | None:
    for child in entry:
        if _name(child) == "link" and child.get("rel", "alternate") == "alternate":
            address = (child.get("href") or child.text or "").strip().replace("&amp;", "&")
            if address.startswith(("http://", "https://")):
                return address
    guid = _text(entry, "guid") or ""
    return guid if guid.startswith(("http://", "https://")) else None


def _authors(entry: etree._Element) -> str | None:
    names = [
        _text(child, "name") if len(child) else " ".join((child.text or "").split())
        for child in entry
        if _name(child) in ("author", "creator")
    ]
    return ", ".join(name for name in names if name) or None
