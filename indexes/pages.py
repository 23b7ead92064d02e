"""HTML → records: the article of a saved or fetched page, without the page around it.

Trafilatura finds the article; every heading, paragraph, list item, caption, quotation and table row of it is a line
of its own. When in doubt it keeps a line: cleaning can drop what is too much, and nobody can add what is lost.
"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from .decode import decode
from .metadata import is_elsewhere, read_metadata
from .types import Original, Record, Skipped

LITTLE = 250  # characters; less than this is a short article, or one that trafilatura did not find
BOX_CHARS = 200  # a box with less in its paragraphs invites to a newsletter; one with more tells something
MAX_DEPTH = 200  # of nested elements; what is nested deeper is lifted to this depth, its text stays
LABEL = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_:-]{2,40})""", re.IGNORECASE)
XML_LABEL = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([a-zA-Z0-9_:-]{2,40})""", re.IGNORECASE)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# The characters that XML cannot hold, which lxml refuses; cleaning would take them out too.
UNFIT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

MARKS = (
    "class",
    "id",
    "itemprop",
    "data-testid",
    "data-gu-name",
    "data-component",
)  # where sites name their parts
STANDFIRST = re.compile(
    r"(^|[\s_-])(standfirst|dek|deck|lede|subtitle|sub-?head(line)?|article-?summary|alternativeHeadline)([\s_-]|$)",
    re.IGNORECASE,
)
MAX_STANDFIRST_CHARS = 600  # more is no standfirst, but what it stands above
BLANKS = re.compile(r"[ \t\r\n\f]+")
IN_HTML = {
    "head": "h2",
    "item": "li",
    "row": "tr",
    "cell": "td",
    "lb": "br",
    "quote": "blockquote",
    "list": "ul",
}
ROWS = frozenset("li tr dt dd option".split())  # lines without an empty one between them
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody tfoot thead"
    " title tr ul".split()
)
UNSEEN = frozenset(
    "script style noscript template head iframe object embed svg math canvas audio video select option button input"
    " textarea datalist map".split()
)


def read_page(original: Original) -> Iterator[Record | Skipped]:
    """The article of a page, with what the page states of it."""
    text = decode(original.content, original.encoding or _label(original.content))
    if text is None:
        yield Skipped(original.source, "is binary, or in an encoding that is not known; save it as UTF-8")
        return
    tree = parse_html(text)
    if tree is None:
        yield Skipped(original.source, "holds no HTML, or more than 2,048 elements in each other")
        return
    stated = read_metadata(tree, original.url)
    body = _article_text(tree)
    if not body:
        yield Skipped(
            original.source,
            "holds no article text; a page that needs JavaScript must be saved when it is shown",
        )
        return
    yield Record(
        source=original.source,
        text=body,
        title=stated.title,
        byline=stated.byline,
        publisher=stated.publisher,
        published=stated.published,
        updated=stated.updated,
        language=stated.language,
        url=stated.url,
        section=stated.section,
        dated_by=stated.dated_by,
    )


def parse_html(text: str) -> HtmlElement | None:
    """A tree of bounded depth; None when there is nothing in it, or when a part of it would be missing."""
    text = UNFIT.sub("", DECLARATION.sub("", text))
    if not text.strip():
        return None
    # Without huge_tree, libxml2 drops what follows the 256th element in another; with it, the 2,048th.
    parser = HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = document_fromstring(text, parser=parser)
    except (etree.ParserError, ValueError):
        return None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        return None
    _flatten(tree)
    return tree


def plain_text(html: str) -> str:
    """All the text of a piece of HTML, line by line: for feeds and mails, which hold nothing but what they say."""
    if "<" not in html and "&" not in html:
        return " ".join(UNFIT.sub("", html).split())
    tree = parse_html(html)
    return "" if tree is None else _render(tree)


def _label(content: bytes) -> str | None:
    """The encoding that a page names in its first bytes."""
    match = XML_LABEL.search(content[:200]) or LABEL.search(content[:4096])
    return match[1].decode("ascii") if match else None


def _flatten(tree: HtmlElement) -> None:
    """Lift what is nested deeper than MAX_DEPTH, so that nothing that walks the tree by recursion runs out of stack."""
    depth = 0
    deep: list[HtmlElement] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if event == "end" and depth >= MAX_DEPTH:
            deep.append(element)
    for element in deep:
        element.tail = f" {element.tail or ''}"
        element.drop_tag()


# -- the article -----------------------------------------------------------------------------------------------


def _article_text(tree: HtmlElement) -> str:
    from trafilatura import bare_extraction

    _keep_what_says_something(tree)
    found = bare_extraction(tree, favor_recall=True, include_comments=False, include_tables=True)
    body = getattr(found, "body", None)
    text = ""
    if body is not None:
        for element in body.iter(*IN_HTML):
            element.tag = IN_HTML[element.tag]
        text = _render(body)
        text = "\n\n".join([*_standfirst(tree, text), text])
    # Of a page with little text, trafilatura returns all that stands on it, in one line.
    return text if len(text) >= LITTLE else _container_text(tree) or text


def _standfirst(tree: HtmlElement, text: str) -> list[str]:
    """The lines between headline and article that are marked as such, when trafilatura took them for the page's head."""
    lines: list[str] = []
    for element in tree.xpath("//article//* | //main//*"):
        marks = " ".join(element.get(name, "") for name in MARKS)
        if STANDFIRST.search(marks) and not is_elsewhere(element):
            found = [line for line in _render(element).split("\n") if line]
            if sum(map(len, found)) <= MAX_STANDFIRST_CHARS:
                lines += [line for line in found if line not in text and line not in lines]
    return lines


def _container_text(tree: HtmlElement) -> str:
    """The text of the element that is marked as the article, else of the page without what is marked otherwise."""
    for element in tree.xpath(
        "//form[not(.//p)] | //aside | //header[not(ancestor::article or ancestor::main)]"
    ):
        element.drop_tree()
    marked = tree.xpath("//article") or tree.xpath("//main")
    return _render(marked[0] if len(marked) == 1 else tree)


def _keep_what_says_something(tree: HtmlElement) -> None:
    """Rename what trafilatura takes out wherever it stands: captions, times in a sentence, boxes in an article.

    Menus go, which it returns when it finds nothing else.
    """
    for element in tree.xpath("//nav | //footer"):
        element.drop_tree()
    for element in tree.xpath("//time[ancestor::p or ancestor::li or ancestor::td or ancestor::figcaption]"):
        element.tag = "span"
    for caption in tree.xpath("//figcaption"):
        caption.tag = "p"
        around = [e for e in caption.iterancestors() if next(e.iterancestors("figure"), None) is not None]
        for element in (*caption.iter(), *around):  # "media-caption", "credit": classes for which it would go
            element.attrib.pop("class", None)
    for figure in tree.xpath("//figure"):
        figure.tag = "div"
        figure.attrib.pop("class", None)
    for box in tree.xpath("//article//aside | //main//aside"):
        paragraphs = [p.text_content() for p in box.iter("p")]
        linked = sum(len(a.text_content()) for a in box.iter("a"))
        if len(paragraphs) >= 2 and sum(map(len, paragraphs)) > max(BOX_CHARS, 3 * linked):
            box.tag = "div"
            for element in box.iter():  # its byline has a class for which it would go
                element.attrib.pop("class", None)
                element.attrib.pop("id", None)


def _render(root: HtmlElement) -> str:
    """The text below an element: a line for each block, an empty line between blocks that are not rows or items."""
    for cell in root.iter("td", "th"):
        blocks = [e for e in cell.iterdescendants() if e.tag in BLOCKS]
        if len(blocks) == 1:
            blocks[0].tag = "span"
    pieces: list[str] = []
    unseen = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        hides = element.tag in UNSEEN or element.get("hidden") is not None or _is_invisible(element)
        unseen += hides and event == "start"
        if not unseen:
            pieces.append(_border(element, event))
            if event == "start":
                text = element.text or ""
                pieces.append(text if element.tag in ("pre", "code") else BLANKS.sub(" ", text))
        unseen -= hides and event == "end"
        if event == "end" and not unseen and element is not root:
            pieces.append(BLANKS.sub(" ", element.tail or ""))
    text = re.sub(" *\n *", "\n", "".join(pieces))
    return re.sub(r"\n{3,}", "\n\n", re.sub(" {2,}", " ", text)).strip()


def _is_invisible(element: HtmlElement) -> bool:
    return "display:none" in element.get("style", "").replace(" ", "").lower()


def _border(element: HtmlElement, event: str) -> str:
    """What stands between the text before and after the start or end of an element."""
    if element.tag == "br":
        return "\n" if event == "start" else ""
    if element.tag in ("td", "th"):
        simple = element.getprevious() is not None and not any(
            e.tag in BLOCKS for e in element.iterdescendants()
        )
        return (" | " if simple else "\n") if event == "start" else ""
    if element.tag in ROWS:
        return "\n" if event == "start" else ""
    return "\n\n" if element.tag in BLOCKS else ""
