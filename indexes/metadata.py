"""What an HTML page states of itself: title, byline, publisher, dates, language, section, address.

A date counts only where the page states one: JSON-LD, meta tags, `<time>`, an element marked as the date, the
address. The time of crawling, a file's time and today never do.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement, tostring

from .bylines import read_byline
from .timestamps import day_in_url, to_iso

# Names of meta tags (name, property or itemprop), the surest first.
PUBLISHED = (
    "article:published_time article:published og:published_time og:article:published_time datepublished"
    " article.published rnews:datepublished parsely-pub-date sailthru.date cxenseparse:recs:publishtime pubdate"
    " publishdate publish-date publish_date publication_date publicationdate article_date_original"
    " originalpublicationdate og:pubdate citation_publication_date dcterms.issued dc.date.issued dcterms.date dc.date"
    " dcterms.created dc.date.created date"
).split()
UPDATED = (
    "article:modified_time article:modified og:updated_time og:modified_time datemodified article.updated"
    " dcterms.modified dc.date.modified last-modified lastmod revised"
).split()
TITLES = "og:title twitter:title headline citation_title dcterms.title dc.title".split()
PUBLISHERS = "og:site_name citation_journal_title dcterms.publisher dc.publisher application-name".split()
AUTHORS = "citation_author parsely-author sailthru.author dcterms.creator dc.creator author byl".split()
SECTIONS = "article:section parsely-section".split()

ELSEWHERE = re.compile(  # classes and ids of what surrounds an article: its dates are other articles'
    r"(^|(?<!with)(?<!has)(?<!no)[\s_-])(related|recommend(ed|ations?)?|teasers?|cards?|promos?|comments?|sidebar|footer"
    r"|newsletter|trending|listing|most-read|most-popular)([\s_-]|$)",
    re.IGNORECASE,
)
MARKED_DATE = re.compile(  # classes and ids of an element that holds the date, or the byline with the date
    r"(^|[\s_-])(date|dateline|datetime|pubdate|timestamp|published|posted|byline|meta|info)([\s_-]|$)"
    r"|(pub|published?|post(ed)?|entry|article|story)[_-]?(on|date|time)([\s_-]|$)",
    re.IGNORECASE,
)
MARKED_AUTHOR = re.compile(r"(^|[\s_-])(by-?line|authors?|writer)([\s_-]|$)", re.IGNORECASE)
CHANGED = re.compile(
    r"updat|modif|edited|revis|aktualisiert|mis à jour|modifié|actualizado|aggiornato", re.IGNORECASE
)
APPEARED = re.compile(r"publi|posted|erstellt|created", re.IGNORECASE)
SPELLED = re.compile(r"\d{1,2}\.?\s+(de\s+)?[^\W\d_]{3,12}\.?\s+(de\s+)?\d{4}")  # "4 août 2031"
SLASHED = re.compile(
    r"\b\d{1,2}/\d{1,2}/\d{2,4}\b"
)  # the 8th of September for some, the 9th of August for others
YEAR = re.compile(r"(?<!\d)(1[89]|20)\d{2}(?!\d)")
MAX_MARKED_CHARS = 160  # an element that holds a date and little else
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
MAX_JSON_DEPTH = 6  # of a JSON-LD object that is looked into


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page states; None where it is silent."""

    title: str | None
    byline: str | None
    publisher: str | None
    published: str | None
    dated_by: str | None
    updated: str | None
    language: str | None
    section: str | None
    url: str | None


def read_metadata(tree: HtmlElement, fetched: str | None) -> Stated:
    """All that the page states. `fetched` is where it came from, when that is known."""
    url = _canonical(tree, fetched)
    tags = _meta_tags(tree)
    article = _linked_article(tree, url)
    published, dated_by, updated = _dates(tree, article, tags, url or fetched)
    publisher = _name(article.get("publisher")) or _first(tags, PUBLISHERS)
    return Stated(
        title=_without_site(
            _text(article.get("headline")) or _first(tags, TITLES) or _heading(tree), publisher
        ),
        byline=_name(article.get("author")) or _authors(tree, tags),
        publisher=publisher,
        published=published,
        dated_by=dated_by,
        updated=updated,
        language=_language(tree, article),
        section=_first(tags, SECTIONS) or _name(article.get("articleSection")),
        url=url,
    )


# -- meta tags and headings ------------------------------------------------------------------------------------


def _meta_tags(tree: HtmlElement) -> dict[str, list[str]]:
    """The contents of the meta tags by their name in small letters, in order."""
    tags: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        value = " ".join(element.get("content", "").split())
        for key in ("property", "name", "itemprop"):
            if value and (name := element.get(key)):
                tags.setdefault(name.strip().lower(), []).append(value)
    return tags


def _first(tags: dict[str, list[str]], names: list[str]) -> str | None:
    return next((tags[name][0] for name in names if name in tags), None)


def _authors(tree: HtmlElement, tags: dict[str, list[str]]) -> str | None:
    for name in AUTHORS:
        if name in tags and not tags[name][0].startswith(("http:", "https:")):
            return ", ".join(dict.fromkeys(tags[name]))
    for element in tree.xpath(
        "//*[@itemprop='author'][not(self::meta)] | //a[contains(concat(' ', @rel, ' '), ' author ')]"
    ):
        author = _text(element.text_content())
        if author and len(author) <= 120 and not is_elsewhere(element):
            return author
    for element in tree.xpath("//*[@class or @id]"):  # "By Jane Doe", in an element that is named for it
        if MARKED_AUTHOR.search(f"{element.get('class', '')} {element.get('id', '')}"):
            author = read_byline(_text(element.text_content()) or "")
            if author and not is_elsewhere(element):
                return author
    return None


def _heading(tree: HtmlElement) -> str | None:
    for path in ("//article//h1", "//h1", "//title"):
        for element in tree.xpath(path):
            if heading := _text(element.text_content()):
                return heading
    return None


def _without_site(title: str | None, publisher: str | None) -> str | None:
    """A headline without " | Quay News" at its end."""
    if title and publisher:
        match = re.fullmatch(rf"(.+?)\s+[|–—-]\s+{re.escape(publisher)}", title, re.IGNORECASE)
        return match[1] if match else title
    return title


def _language(tree: HtmlElement, article: dict[str, Any]) -> str | None:
    root = tree.getroottree().getroot()
    for value in (root.get("lang"), root.get("xml:lang"), _text(article.get("inLanguage"))):
        if value and LANGUAGE.fullmatch(value.strip()):
            return value.strip().replace("_", "-")
    return None


def _canonical(tree: HtmlElement, fetched: str | None) -> str | None:
    """The page's own address for itself; of a fetched page, only one on the server that it came from.

    Else one site could take the place of another's articles.
    """
    links = tree.xpath(
        "//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href | //meta[@property='og:url']/@content"
    )
    for link in links:
        try:
            url = str(urljoin(fetched or "", link.strip()))
            parts = urlsplit(url)
            own = fetched is None or _host(parts.netloc) == _host(urlsplit(fetched).netloc)
        except ValueError:  # "http://[" and its like
            continue
        if parts.scheme in ("http", "https") and parts.hostname and own:
            return url.partition("#")[0]
    return fetched


def _host(name: str) -> str:
    return name.lower().removeprefix("www.")


# -- JSON-LD ---------------------------------------------------------------------------------------------------


def _linked_article(tree: HtmlElement, url: str | None) -> dict[str, Any]:
    """The JSON-LD object of the page's article: the one of this address, else the first; {} when there is none."""
    found: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        for node in _nodes(_loads(script.text or ""), 0):
            kinds = node.get("@type")
            names = [k for k in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(k, str)]
            if any(k.endswith(("Article", "Posting")) or k == "Report" for k in names):
                found.append(node)
            elif any(k.endswith("WebPage") for k in names):
                pages.append(node)
    ours = [node for node in found if url and url in (_address(node), _text(node.get("url")))]
    return next(iter(ours or found or pages), {})


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The objects that a page is about; not those that they merely mention."""
    if depth > MAX_JSON_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _nodes(value.get("@graph"), depth + 1)
        yield from _nodes(value.get("mainEntity"), depth + 1)


def _loads(text: str) -> Any:
    """JSON as pages write it: with raw line breaks in strings, or in a comment."""
    text = re.sub(r"^\s*(?://)?\s*<!(?:--|\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*$", "", text)
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _address(node: dict[str, Any]) -> str | None:
    page = node.get("mainEntityOfPage")
    return _text(page.get("@id")) if isinstance(page, dict) else _text(page)


def _name(value: Any) -> str | None:
    """The name of a person or an organisation, or of several."""
    if isinstance(value, list):
        names = [name for item in value[:20] if not isinstance(item, list) and (name := _name(item))]
        return ", ".join(dict.fromkeys(names)) or None
    if isinstance(value, dict):
        value = value.get("name")
        return _name(value) if isinstance(value, list) else _text(value)
    name = _text(value)
    return None if name and name.startswith(("http:", "https:")) else name


def _text(value: Any) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


# -- dates -----------------------------------------------------------------------------------------------------


def _dates(
    tree: HtmlElement, article: dict[str, Any], tags: dict[str, list[str]], url: str | None
) -> tuple[str | None, str | None, str | None]:
    """(published, where that stands, updated)."""
    visible = list(_visible_dates(tree))
    candidates = [
        ("json-ld", value) for name in ("datePublished", "dateCreated") if (value := article.get(name))
    ]
    candidates += [("meta", value) for name in PUBLISHED for value in tags.get(name, [])[:1]]
    candidates += [(where, value) for where, value, changed in visible if not changed]
    published = next(
        ((iso, where) for where, v in candidates if isinstance(v, str) and (iso := to_iso(v))), None
    )
    if published is None and url and (day := day_in_url(urlsplit(url).path)):
        published = day, "url"
    changes = [article.get("dateModified"), *(v for name in UPDATED for v in tags.get(name, [])[:1])]
    changes += [value for _, value, changed in visible if changed]
    updated = next((iso for v in changes if isinstance(v, str) and (iso := to_iso(v))), None)
    return (*(published or (None, None)), updated)


def _visible_dates(tree: HtmlElement) -> Iterator[tuple[str, str, bool]]:
    """(where, date, whether it is that of a change) of the dates that the page marks as such, the surest first."""
    marked = tree.xpath("//*[@itemprop='datePublished' or @itemprop='dateModified'][not(self::meta)]")
    for element in marked:
        if not is_elsewhere(element):
            value = element.get("datetime") or element.get("content") or element.text_content()
            yield "markup", value, element.get("itemprop") == "dateModified"
    for element in tree.xpath("//time"):
        if not is_elsewhere(element) and not element.xpath("ancestor::p[string-length() > 120]"):
            yield "time", element.get("datetime") or element.text_content(), _is_change(element)
    for element in tree.xpath("//*[@class or @id][not(self::html or self::body)]"):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if MARKED_DATE.search(names) and not is_elsewhere(element):
            text = " ".join(element.text_content().split())
            if len(text) <= MAX_MARKED_CHARS and YEAR.search(text) and (day := _spelled_day(text)):
                yield "markup", day, _is_change(element)


def _spelled_day(text: str) -> str | None:
    """The day in a few words such as "Published 4 March 2031 at 9:30", in any language that htmldate reads.

    It sees these words alone: over a whole page it takes any day that stands there, or the year of the copyright.
    """
    found = to_iso(text)
    if found is None and not SLASHED.search(text):
        from htmldate import find_date

        words = tostring(_element("time", (SPELLED.search(text) or [text])[0]), encoding="unicode")
        found = find_date(
            f"<html><body><article>{words}</article></body></html>",
            original_date=True,
            min_date="1800-01-01",
            max_date=date.max.isoformat(),
        )
    numbers = [int(number) for number in re.findall(r"[0-9]{1,4}", text)]
    # What is not written there was guessed: the first of a month, this year.
    return found if found and {int(found[:4]), int(found[8:10] or numbers[0])} <= set(numbers) else None


def _element(tag: str, text: str) -> HtmlElement:
    from lxml.html import Element

    element = Element(tag)
    element.text = "".join(c for c in text if c >= " ")
    return element


def _is_change(element: HtmlElement) -> bool:
    """Whether the words beside a date, or its class, say that it is that of a change."""
    parent = element.getparent()
    beside = parent.text_content() if parent is not None and len(parent) <= 3 else ""
    words = f"{element.get('class', '')} {element.text_content()[:80]}"
    if CHANGED.search(words):
        return not APPEARED.search(words)
    before = beside.partition(element.text_content())[0][-40:] if element.text_content() else ""
    return bool(CHANGED.search(before)) and not APPEARED.search(before)


def is_elsewhere(element: HtmlElement) -> bool:
    """Whether an element belongs to what surrounds the article."""
    for above in (element, *element.iterancestors()):
        if above.tag in ("html", "body"):
            return False
        if above.tag in ("aside", "nav", "footer"):
            return True
        if ELSEWHERE.search(f"{above.get('class', '')} {above.get('id', '')}"):
            return True
    return False
