"""Pieces that are boxed into a page: a heading, a byline and a text of their own, amid the prose of another article.

A box begins with its heading (or a label such as "Analysis") above its byline. It ends at the first sign that the page
goes on: a "read more" link, a picture with its counter and credit, a heading in the manner of the page's own, the next
box. Where no sign stands, it ends at a paragraph whose subject is a person of the report above; else with the page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from .bylines import is_byline, read_byline
from .furniture import Line, is_prose, join_lines
from .types import Kind

PROSE_BEFORE = 3  # paragraphs of the page before a box can begin; above them a byline is the page's own
PROSE_INSIDE = 2  # paragraphs that make a piece; below a lone one the byline may be a signature
MAX_HEADING = 140

_LABELS: dict[str, Kind] = {
    "analysis": "analysis", "explainer": "analysis", "comment": "opinion", "commentary": "opinion", "opinion": "opinion",
    "column": "opinion", "viewpoint": "opinion", "perspective": "opinion", "sidebar": "sidebar",
}  # fmt: skip
_QUOTED = re.compile('["“][^"“”]*["”]?')
_FIRST_PERSON = re.compile(r"\b(?:I|I['’](?:m|d|ve|ll)|[Mm]y|[Ww]e|[Uu]s|[Oo]urs?)\b")
_SUBJECT = re.compile(r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Cllr)\.? ([^\W\d_][\w-]+)")
_WORD = re.compile(r"[^\W\d_][\w-]+")


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of its own within a page."""

    heading: str
    byline: str
    kind: Kind
    text: str  # with its heading and its byline


def divide(lines: Sequence[Line]) -> tuple[str, tuple[Box, ...]]:
    """The page without its boxes, and the boxes."""
    main: list[Line] = []
    boxes: list[Box] = []
    tops = list(_tops(lines))
    if not tops:
        return join_lines(lines), ()
    so_far = [0, *accumulate(map(_is_paragraph, lines))]  # paragraphs above each line
    first_seen: dict[str, int] = {}  # word → the line that it stands in first
    for i, line in enumerate(lines):
        for word in _WORD.findall(line.kept):
            first_seen.setdefault(word, i)
    place = boxed = 0
    for (top, byline), next_top in zip(tops, [*(top for top, _ in tops[1:]), len(lines)], strict=True):
        if top < place or so_far[top] - boxed < PROSE_BEFORE:
            continue
        end = _end(lines, top, byline, next_top, first_seen)
        if so_far[end] - so_far[byline + 1] < PROSE_INSIDE:
            continue
        main += [*lines[place:top], Line("", "", "blank")]
        boxes.append(_box(lines[top:end], byline - top))
        boxed += so_far[end] - so_far[top]
        place = end
    return join_lines([*main, *lines[place:]]), tuple(boxes)


def _tops(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """(first line, byline) of everything that looks like the top of a box."""
    for byline, line in enumerate(lines):
        # A list of books says "by" in small letters, and who wrote the book did not write the piece.
        if line.role == "text" and is_byline(line.kept) and line.kept.lstrip("*_# ")[:1].isupper():
            above = _above(lines, byline, over_furniture=True)
            if above is not None and _label(lines[above]) and (higher := _above(lines, above)) is not None:
                above = higher
            if above is None or _label(lines[above]) or not _is_heading(lines[above]):
                continue
            label = _above(lines, above)
            yield (above if label is None or not _label(lines[label]) else label), byline


def _above(lines: Sequence[Line], place: int, *, over_furniture: bool = False) -> int | None:
    """The line above that is not empty, nor furniture when that is to be looked over."""
    passed = ("blank", "furniture") if over_furniture else ("blank",)
    return next((i for i in range(place - 1, -1, -1) if lines[i].role not in passed), None)


def _is_heading(line: Line) -> bool:
    text = line.kept.strip("*_#> ")
    return (
        line.role == "text"
        and 0 < len(text) <= MAX_HEADING
        and not text.endswith((".", ",", ":", ";"))
        and not is_byline(text)
        and (not is_prose(text) or text.endswith("?"))
    )


def _label(line: Line) -> Kind | None:
    return _LABELS.get(line.kept.strip("*_#>: ").lower()) if line.role == "text" else None


def _is_paragraph(line: Line) -> bool:
    return line.role == "text" and is_prose(line.kept)


def _end(lines: Sequence[Line], top: int, byline: int, next_top: int, first_seen: Mapping[str, int]) -> int:
    """Where the page goes on."""
    paragraphs = 0
    link: int | None = None
    for i in range(byline + 1, next_top):
        line = lines[i]
        if link is not None and _is_paragraph(line):
            return link
        if line.role == "caption":
            return link if link is not None else _picture_top(lines, i, byline)
        if paragraphs and _is_crosshead(line):
            return i
        if line.role == "link" and link is None:
            link = i
        paragraphs += _is_paragraph(line)
    return _resumption(lines, top, byline, next_top, first_seen)


def _picture_top(lines: Sequence[Line], caption: int, byline: int) -> int:
    """The first line of a picture: the words for those who cannot see it, a counter, the caption."""
    counter = _above(lines, caption)
    if counter is None or counter <= byline or lines[counter].role != "furniture":
        return caption
    described = _above(lines, counter)
    if described is None or described <= byline + 1 or len(lines[described].kept) > 2 * MAX_HEADING:
        return counter
    return described


def _is_crosshead(line: Line) -> bool:
    """A heading in capitals; within a box there is seldom one, in the page around it often."""
    return _is_heading(line) and line.kept.isupper() and line.kept.count(" ") < 8


def _resumption(
    lines: Sequence[Line], top: int, byline: int, limit: int, first_seen: Mapping[str, int]
) -> int:
    """The paragraph that begins with a person of the report above, of whom the box has not spoken; else the limit."""
    spoken_of = {word for line in lines[top : byline + 1] for word in _WORD.findall(line.kept)}
    paragraphs = 0
    for i in range(byline + 1, limit):
        text = lines[i].kept
        subject = _SUBJECT.match(text) if _is_paragraph(lines[i]) else None
        if (
            paragraphs >= PROSE_INSIDE
            and subject
            and first_seen.get(subject.group(1), top) < top
            and subject.group(1) not in spoken_of
            and not _FIRST_PERSON.search(_QUOTED.sub("", text))
        ):
            return i
        paragraphs += _is_paragraph(lines[i])
        spoken_of.update(_WORD.findall(text))
    return limit


def _box(lines: Sequence[Line], byline: int) -> Box:
    labels = [kind for line in lines[:byline] if (kind := _label(line))]
    labels += [kind for word, kind in _LABELS.items() if lines[byline].kept.lower().startswith(f"{word} by")]
    heading = next(line.kept for line in lines[:byline] if line.kept and not _label(line))
    return Box(
        heading=heading.strip("*_#> "),
        byline=read_byline(lines[byline].kept) or "",
        kind=labels[0] if labels else _kind(heading, lines[byline + 1 :]),
        text=join_lines(lines),
    )


def _kind(heading: str, lines: Sequence[Line]) -> Kind:
    """Opinion when the writer speaks of themselves or their readers, outside of quotes; else a side box."""
    text = "\n".join([heading, *(line.kept for line in lines)])
    return "opinion" if len(_FIRST_PERSON.findall(_QUOTED.sub("", text))) > 1 else "sidebar"
