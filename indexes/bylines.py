"""Bylines: who wrote a piece, as a line of the page says it. Only what names a person is taken, never a guess."""

import re

MAX_CHARS = 160
ROLES = frozenset(
    "editor editors writers columnists correspondents contributors correspondent reporter reporters writer columnist critic staff desk team bureau analyst producer chief press"
    " agency agencies newsroom contributor presenter".split()
)
_BY = re.compile(
    r"(?:(?:words|written|posted|story|report|text|analysis|opinion|comment|commentary) ?:? )?by:? +|words: +",
    re.IGNORECASE,
)
_PARTICLES = frozenset("de la le du da di del der den van von bin ibn al el ten ter y e o'".split())
_NO_NAMES = frozenset(
    "the a an all any popular numbers our my your his her their now then way day night law default design far and of to"
    " monday tuesday wednesday thursday friday saturday sunday january february march april june july august september"
    " october november december".split()
)
# Where the names end: a place, a date, another column of the line, the desk that a wire service adds.
_END = re.compile(r" +(?:at|in|on|for|with|from|pictures:|photos:|\||•|·) *| +[-–—] +|[|•·;(]", re.IGNORECASE)
_AND = re.compile(r" +(?:and|&) +|, +(?:and|&) +", re.IGNORECASE)
_DESK = re.compile(
    r"^(?:AP|AFP|Reuters)$|\b(?:TODAY|News|Journal|Times|Post|Press|Herald|Tribune|Register|Republic|Gazette|Chronicle|Courier"
    r"|Examiner|Guardian|Telegraph|Independent|Mail|Network|[Cc]ontributors?|[Cc]olumnists?|[Cc]orrespondents?|Special (?:to|for))\b"
    r"|^[A-Za-z]+\.(?:com|org|net)$"
)
_REPORTING = re.compile(r"\(?reporting by +([^;()]{3,200})", re.IGNORECASE)


def is_byline(line: str) -> bool:
    """Whether a line does nothing but name who wrote what stands below it."""
    return read_byline(line) is not None


def read_byline(line: str) -> str | None:
    """The names of a byline such as "By Jane Doe and John Roe, Political Editor", without what they are."""
    bare = line.strip("*_#> ")
    start = _BY.match(bare) if len(bare) <= MAX_CHARS else None
    if not start or (bare.endswith((".", "!", "?", ":", "”", '"')) and not bare.endswith((" Jr.", " Sr."))):
        return None
    return _names(bare[start.end() :])


def read_signature(line: str) -> str | None:
    """The name of a line that gives name and role: "Tom Ferrand, Football Correspondent"."""
    bare = line.strip("*_#> ")
    name, comma, more = bare.partition(", ")
    role = more.partition(", ")[0]
    if not comma or len(bare) > 80 or not _is_name(name):
        return None
    words = role.split()
    return name if words and len(words) <= 4 and words[-1].lower() in ROLES and role[0].isupper() else None


def read_names_above_desk(line: str, below: str) -> str | None:
    """The names of a line that is nothing else, above the paper or the desk that they write for: "Bart Jansen", "USA TODAY"."""
    desk = below.strip("*_#> ")
    if (
        _BY.match(line)
        or len(line) > MAX_CHARS
        or desk.count(" ") > 4
        or not _DESK.search(desk)
        or desk.endswith(".")
    ):
        return None
    names = _names(line.strip("*_#> "))
    if names is None or names.split()[-1].lower() in ROLES:
        return None
    return names if names.count(" ") >= line.count(" ") - line.count(",") - 1 else None


def read_reporting(line: str) -> str | None:
    """The names of a wire service's "(Reporting by Jane Doe in London; editing by John Roe)"."""
    found = _REPORTING.match(line.strip("*_ "))
    return _names(found.group(1).rstrip(". ")) if found else None


def _names(text: str) -> str | None:
    end = _END.search(text)
    names: list[str] = []
    for part in _AND.sub(", ", text[: end.start()] if end else text).split(","):
        name = part.strip()
        if not _is_name(name) or (names and name.split()[-1].lower() in ROLES):
            break
        names.append(name)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or None


def _is_name(text: str) -> bool:
    """Two to five words, each with a capital, but for particles: "Lena van der Berg", "J. K. Rowling"."""
    words = text.split(" ")
    if not 2 <= len(words) <= 5 or any(w.lower().strip(".") in _NO_NAMES for w in words):
        return False
    if not (words[0][:1].isupper() and words[-1][:1].isupper()):
        return False
    return all(
        (w[:1].isupper() or w in _PARTICLES)
        and w.replace("-", "").replace("'", "").replace("’", "").replace(".", "").isalpha()
        for w in words
    )
