"""Page furniture: the lines that a site puts around its articles, and the credits and counters glued to captions.

A line goes only when the whole of it matches a form of furniture; of a caption only its counter goes, and its credit
gets a line of its own. Nothing is ever rewritten, so that every character that is left stands in the page, in its order.
Where a form could also be a fact, it counts as furniture only at the page's head or foot, around the prose.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

MAX_CHARS = 480  # a longer line is a paragraph; it keeps every expression here linear in the page
HEAD_LINES = FOOT_LINES = 8  # how far the head reaches down and the foot up when the page has no prose

Role = Literal["text", "caption", "furniture", "link", "blank"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: what stood there, and what of it is the article's."""

    raw: str
    kept: str  # "" for furniture; a caption without its counter, and its credit on a line of its own
    role: Role

    @property
    def removed(self) -> str:
        """What was taken from it; "" for nothing."""
        rest = self.raw
        for part in self.kept.split("\n"):
            rest = " … ".join(p for p in rest.split(part, 1) if p.strip()) if part else rest
        return rest.strip(" …")


def _whole(*forms: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(forms)})", re.IGNORECASE)


_READ_ON = _whole(
    r"(?:click here to |tap here to )?read (?:the )?(?:entire|full|whole|original|complete|rest of (?:the|this))"
    r" (?:article|story|post|piece|report|interview|column)(?: (?:here|on|at|in|from) ?.{0,60})?\W*",
    r"read (?:more|less|on)(?: (?:here|online|about this|on this(?: story| topic)?|at the link|stories|articles))?\W*",
    r"(?:continue|keep) reading\b.{0,60}",
    r"(?:see|view|show|load) (?:more|less|all)(?: (?:comments|stories|articles|photos|news|results|posts))?\W*",
    r"(?:full story|view gallery|view comments|view original (?:article|post|story))\W*",
    r"click here(?: (?:to|for) (?:read|see|view|learn|more|subscribe|sign up|get|download|join|the full|full)\b.{0,60})?\W*",
    r"a version of this (?:article|story|column) appear(?:s|ed) in print on .{1,300}",
)
_STRICT = _whole(
    # share bars
    r"share (?:on|via|to) (?:facebook|twitter|x|whatsapp|linkedin|reddit|pinterest|telegram|email|bluesky|messenger)\W*",
    r"share (?:this|the)(?: (?:article|story|post|page|video|gallery))?(?: (?:on|via|with) .{1,40})?\W*",
    r"(?:copy link|link copied|copy (?:the )?url|pin it|tweet this|click to share.{0,40}|share full article|reuse this content)\W*",
    # cookies
    r"(?:we|this (?:web)?site|our (?:web)?site|this page) uses? cookies\b[^\"“”]*",
    r"(?:accept|reject|manage|allow|decline)(?: all| your| my)? (?:cookies|cookie settings|preferences|choices|consent)\W*",
    r"(?:cookie|privacy)(?: and cookie)? (?:policy|settings|notice|preferences)\W*",
    # newsletters and subscriptions
    r"(?:(?:keep )?refresh(?:ing)? this page[^.?!]{0,60}\. )?(?:want more[^.?!]{0,60}[?!] |what's everyone talking about\? )?(?:sign[ -]?up|subscribe|register)(?: here| now| today)?"
    r" (?:to|for|with) [^\"“”]{0,120}\b(?:newsletters?|inbox|e-?mails?|news alerts|briefing|digest|push notifications)\b"
    r"[^\"“”]{0,160}",
    r"(?:get|receive|have) [^\"“”]{1,120}\b(?:in|to|into) your (?:inbox|e-?mail)\b[^\"“”]{0,120}",
    r"get [^\"“”.]{1,60}newsletters? sign up\b[^\"“”]{0,200}",
    r"subscribe to [^\"“”]{1,450}\bsign up\W*|\[ ?(?:subscribe|sign up|download|don['’]t miss) [^\"“”]{1,200}\]",
    r"would you like to receive [^\"“”]{1,80}\?",
    r"(?:please )?enter your e-?mail(?: address)?\W*|sign up here\W*|after newsletter promotion",
    r"privacy notice: newsletters may contain .*|i would like to be e-?mailed about [^\"“”]{1,160}",
    r"subscribe(?: (?:now|today|here|for free))?\W*",
    r"[^\"“”.?!:]{1,80}: (?:sign up for|subscribe to) [^\"“”.?!:]{1,60}\bnewsletters?\W*",
    r"subscribe to [^\"“”]{1,60} (?:for|from) (?:only |just )?[£$€]\d[^\"“”]{0,60}",
    r"support (?:local|our|independent|quality|trusted) journalism\b[^\"“”]{0,120}",
    r"(?:thank you|thanks) for (?:supporting (?:our|local) journalism|signing up|subscribing)\b[^\"“”]{0,160}",
    r"(?:this|these) (?:article|story|content|stories|articles) (?:is|are) (?:only )?(?:for|available to|exclusive to)"
    r" [^\"“”.]{0,40}subscribers(?: only)?\b[^\"“”]{0,60}",
    r"we will use the (?:information|details) you have shared\b.*",
    r"if you wish to object to the use of your data\b.*",
    r"the [^\"“”.]{1,40} newsletter provides you with\b[^\"“”]{0,120}",
    r"'we' includes [^\"“”]{1,120}\bas detailed here\W*",
    # advertising and players
    r"(?:paid |skip )?advertisement|supported by|sponsored(?: content)?|promoted(?: content| stories)?|ad feedback",
    r"(?:story|article|content|report) continues (?:below|after)(?: (?:this |the )?(?:ad|advert|advertisement|video))?\W*",
    r"skip (?:to|past) (?:(?:the )?main |the )?(?:content|navigation|newsletter promotion|next section|ad|advertisement)\W*",
    r"jump to (?:comments|content|navigation|recipe)|scroll (?:down )?(?:to continue|for more)\b.{0,30}|back to top",
    r"loading(?:\.{2,}|…)?|please (?:wait|enable javascript)\b.{0,40}|javascript is (?:disabled|required)\b.{0,80}",
    r"this (?:video|content|embed) (?:is not available|is unavailable|could not be loaded|can ?not be played)\b.{0,60}",
    r"(?:play|now playing) video\W*|.{10,250} \d{1,2}:\d\d - source: .{1,30}",
    r"listen to (?:this|the) (?:article|story)\b.{0,40}|\d{1,3}[ -]?min(?:ute)?s? (?:read|listen|watch)",
    r"\d\. how relevant is this ad to you\?|video player was slow to load content\b.*",
    r"did you encounter any technical issues\?|(?:ad|content) never loaded\b.{0,120}",
    r"(?:image|photo|picture|slide|gallery)s?:? \d{1,3} ?(?:/|of) ?\d{1,3}|\d{1,2}:\d\d ?/ ?\d{1,2}:\d\d",
    r"view image in full ?screen|(?:\+ ?\d{1,2} )?view gallery|scroll down for video|list of \d{1,2} items|end of list",
    r"image source, .{1,60}|(?:.{0,30} via )?getty(?: images)?|epa(?:-efe)?|pa (?:media|wire)|shutterstock|alamy",
    r"explore more on these topics|you can now listen to .{1,40} articles!|purchase licensing rights.{0,30}",
    r"our standards: the thomson reuters trust principles.{0,30}",
    r"(?:e-?mail:? )?[^\s@]+@[^\s@]+\.[a-z]{2,10}",
    # what the site earns
    r"(?:[-–—] )?(?:recommendations|products) are independently (?:chosen|selected|reviewed) by [^\"“”]{1,300}",
    r"prices (?:were|are) (?:accurate|correct) at the time\b[^\"“”]{1,120}",
    # imprint
    r"(?:©|\(c\)|copyright ?©?) ?(?:19|20)\d\d\b.{0,300}|(?:.{0,120}[.,] )?all rights reserved\b.{0,120}",
    r"[^\"“”.]{1,60} (?:is|are) not responsible for the (?:content|accuracy)s? of [^\"“”.]{1,60}\.?",
    r"source: [^\"“”.•·|]{1,60}(?: ?[•·|] ?(?:\d{1,2} ?\w{1,8} ago|\d{1,3} min(?:ute)?s? read)){1,3}",
)
_HEAD_OR_FOOT = _whole(
    r"(?:(?:posted|published|updated) ?:? ?)?\d{1,3} ?(?:s|m|h|d|w|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|weeks?|months?"
    r"|years?) ago(?: ?[•·|]? ?\d[\d,]*)?(?: (?:comments?|shares?|views?|min(?:ute)?s? read))?",
    r"(?:share|tweet|print|save|e-?mail|like|menu|search|log ?in|sign ?in|sign up|log ?out|my account|home|gift|close)\W*",
    r"(?:join the conversation|leave a comment|(?:view|show|post|add) (?:a |the |all )?comments?)\W*",
    r"(?:\d[\d,]* )?(?:comments?|shares?|views?|likes?|replies)(?: ?\(\d[\d,]*\))?(?: \| ?.{0,200})?",
    r"(?:filed under|tags?|topics|tagged(?: in| with)?|categories): ?.{1,160}",
    r"(?:terms of (?:use|service)|privacy policy|contact us|about us|advertise with us)(?: ?[|•·] ?.{1,120})?",
)
_FOOT = _whole(  # what a site says after its article, about the writer or to the reader
    r"follow (?:us|me|him|her|them|(?:[^\W\d_]\S* ){1,6}\S+) (?:on|at) (?:https?://(?:www\.)?)?(?:twitter|x|facebook|instagram|threads|bluesky|tiktok)\b"
    r"[^\"“”]{0,160}",
    r"(?:contact|reach|e-?mail) (?!the (?!reporter|author|writer|newsroom)|police|detective)(?:[^\s\"“”@]+ ){1,12}[^\s\"“”@]+@(?!\S*\.(?:gov|mil|org|edu|police)\b)[^\"“”]{1,160}",
    r"got a (?:news )?(?:story|tip)(?: for us)?\? [^\"“”]{1,120}|this (?:live blog|live page|blog|page|coverage) (?:is|has) (?:now )?(?:closed|ended)\.?",
    r"(?:are you affected|have you been affected)\b[^\"“”]{0,40}\? [^\"“”]{1,120}",
    r"do you (?:work|know|agree|have)\b[^\"“”?]{0,80}\? (?:contact|e-?mail|get in touch|call|text|ring|tell us)\b[^\"“”]{1,120}",
    r"(?:ap|the associated press|reuters|afp)\b[^\"“”.:]{0,40}:(?:(?: and)? https?://\S+){1,4}",
    r"more to (?:follow|come)\b[^\"“”]{0,80}|refresh (?:this|the) page\b[^\"“”]{0,60}",
)
# "Read more: Headline of another article": the label, and a headline, which has no full stop.
_LINK = _whole(
    r"(?:read (?:more|next|also)|see also|related(?: (?:articles?|stor(?:y|ies)|content|coverage|news|reading|links?))?|learn more"
    r"|you (?:may|might)(?: also)? (?:like|enjoy)|don['’]t miss|must read|also read|recommended(?: reading)?|trending(?: now)?"
    r"|more (?:from|on|about) [^:]{1,40}|more (?:live )?(?:coverage|stories|news)|in case you missed it|what to read next|up next)"
    r" ?[:►»→] ?\S.*[^.\s]",
    # Glued to its headline a label is the page's, whatever the headline ends with.
    r"(?:more|related|read more|see also|live updates|in other news):(?=[^\W_]|['‘“])(?:\S+ ){2,}\S+",
    r"more ?: ?(?:\S+ ){2,}\S*[^.\s]|(?:read|story) ?: ?(?:[^\s.]+ ){4,}[^\s.]*",
)
# "Yuck:Sponges left in sinks become fecal germ bombs": a label and a link to another article, glued by the page.
_GLUED_LINK = re.compile(
    r"['‘“]?[^\W_][^.:]{1,70}(?:(?<!\d):(?=[A-Z0-9'‘“])|\?(?=[A-Z][a-z]))(?:[^\s]+ ){4,}\S*[^.\s]"
)
_LIST = _whole(
    r"(?:trending(?: now)?|most (?:read|popular|viewed|shared|watched)(?: in .{1,30})?|related(?: (?:articles?|stor(?:y|ies)|content"
    r"|topics|news|coverage|links|posts))?|recommended(?: (?:for you|stories|reading|articles|videos))?"
    r"|you (?:may|might)(?: also)? (?:like|enjoy|be interested in)|read (?:more|next|also)|what to read next"
    r"|(?:from )?around the web|promoted stories|sponsored stories|see also|editor['’]?s['’]? picks|don['’]t miss)\W*"
)
_FOOT_LIST = _whole(
    r"more (?:stories|news|articles|headlines|on this story|(?:from|in|on) .{1,40})\W*|top stories|latest (?:news|stories|headlines)"
    r"|(?:some |more |earlier |previous |related ){1,3}(?:[^\"“”.:]{1,30} )?(?:news|coverage|stories|headlines)\W*"
    r"|popular(?: now| stories)?\W*|elsewhere on .{1,30}|also (?:in|on) .{1,30}|further reading|more"
)
_SHARE_WORDS = _whole(
    r"(?:share(?: this)?|tweet|pin|print(?: (?:recipe|page|article))?|save|e-?mail(?: (?:to )?a friend)?|facebook|twitter|x|whatsapp|linkedin|reddit|pinterest|telegram|bluesky"
    r"|messenger|flipboard|instagram|copy link|link|comments?|\d[\d,]* (?:comments?|shares?))"
)
_SHARING = re.compile(r"share|tweet|copy link|to a friend|print (?:recipe|page|article)", re.IGNORECASE)
_GLYPHS = re.compile(r"[<>|•·×»«›‹▼▲►▶◀→←_*=~#\s]+")
_BREADCRUMB = re.compile(
    r"(?:[^\W\d_][^>»›.,:;!?]{0,40} [>»›] ){2,6}[^>»›]{1,160}|(?:[^\W\d_][^>»›.,:;!?]{0,40}[>»›]){2,6}[^>»›]{1,160}"
)
_COUNTER = re.compile(r"\d{1,3}(?: ?(?:/|of) ?\d{1,3})?")
_GLUED_COUNTER = re.compile(
    r"(\d{1,3}) (?=[^\W\d_])|(?:\[\d{1,3}/\d{1,3}\] ?|\d{1,3} ?/ ?\d{1,3} |(?:Item|Image|Photo) \d{1,3} of \d{1,3} )"
)

_AGENCY = (
    r"(?:Getty(?: Images)?|Reuters|REUTERS|AFP|AP|PA(?: Wire| Media)?|EPA|ANSA|DPA|Alamy|Shutterstock|Rex(?: Features)?|WireImage"
    r"|iStock|Bloomberg|Instagram|Facebook|Twitter|TikTok|YouTube|Handout|handout|Supplied|supplied|Xinhua|TASS|SWNS|MEGA|Splash)"
)
_WORD = r"(?:[^\W\d_a-zß-öø-ÿ][\w.’'-]*|via|for|and|of|the|by|picture|pictures|photo|handout|supplied|courtesy|pool|file|&)"
_NAMES = rf"{_WORD}(?:(?: ?/ ?| ?, ?| ?\| ?| - | ){_WORD}){{0,9}}"
_SLASHED = rf"(?:{_WORD} ){{0,4}}{_WORD} ?/ ?{_NAMES}"
# What ends a caption: "Credit: Names", "Picture: Paper/A. Name", "(Photo by A. Name/AFP)", "REUTERS/A. Name".
_CREDIT = re.compile(
    rf"(?:\s*(?:"
    rf"(?<!Universal )(?<!Tax )(?<!Child )(?<!Social )(?:(?:Image|Photo|Picture|Pic) )?Credits?(?:: ?|\.\.\. ?){_NAMES}"
    rf"|(?:(?<=[a-z.!?])|(?<![^\s(\[]))(?:Photograph|Photos?|Pictures?|Image|Pic)s?(?: by|:) ?(?:{_SLASHED}|(?:{_WORD} ){{0,4}}{_AGENCY})"
    rf"|[(\[](?:(?:Photo|Picture|Pic|Image|Photograph|Credit|File photo)s?(?: by|:| courtesy of) ?{_NAMES}|AP Photo/{_NAMES}"
    rf"|(?:{_WORD} ){{1,4}}?/ ?{_AGENCY}|{_WORD}(?: {_WORD}){{0,3}}/{_AGENCY}(?: via AP)?)\.?[)\]]"
    rf"|(?<=[.!?] )(?:REUTERS|AFP|EPA|AP)/{_NAMES}(?:[,;] opens new tab)?(?: Acquire Licensing Rights)?"
    rf"|(?<=[.!?\"”)] )(?:{_WORD} ){{1,3}}?{_WORD}/(?:[A-Z][\w. ]{{0,20}}/){{0,2}}{_AGENCY}"
    rf"|(?<=\s)(?:[A-Z][A-Z.'’-]+ ){{1,3}}?[A-Z][A-Z.'’-]+/(?:[A-Z][\w.]*/){{0,2}}Getty Images"
    rf"))+(?=[)\]]?$)"
)
_TITLE_END = re.compile(
    r"\b(?:Gov|Rep|Reps|Sen|Sens|Mr|Mrs|Ms|Dr|St|Gen|Lt|Col|Sgt|Capt|Rev|Hon|Prof|Jr|Sr|[A-Z])\. ?$"
)


def is_prose(line: str) -> bool:
    """Whether a line is a sentence or more of running text."""
    words = line.count(" ") + 1
    return (words >= 8 and line.rstrip(" \"'”’)*_]").endswith((".", "!", "?", "…", ":"))) or words >= 30


def mark_lines(text: str) -> tuple[Line, ...]:
    """Every line of a text, with what of it belongs to the article."""
    lines = [Line(raw, raw, "text" if raw else "blank") for raw in text.split("\n")]
    _mark_captions(lines)
    _mark_sharing(lines)
    _mark_strict(lines)
    _mark_edges(lines)
    _mark_lists(lines)
    return tuple(lines)


def strip_credit(line: str) -> tuple[str, str]:
    """A caption and the credit at its end; the line itself and "" when it has none."""
    if len(line) > 4 * MAX_CHARS:
        return line, ""
    found = _CREDIT.search(line, max(0, len(line) - MAX_CHARS))
    while found and _TITLE_END.search(line, max(0, found.start() - 8), found.start()):
        # "Gov. Mike DeWine Paul Vernon/AP" has no border to cut at
        found = _CREDIT.search(line, found.start() + 1)
    if not found:
        return line, ""
    return line[: found.start()].rstrip(), line[found.start() :].strip()


def _mark_captions(lines: list[Line]) -> None:
    """Set credits off from their captions; take the counters glued to these or standing above, and credits that stand alone."""
    credited = {i: parts for i, line in enumerate(lines) if (parts := strip_credit(line.raw))[1]}
    counted = sum(bool(_GLUED_COUNTER.match(lines[i].raw)) for i in credited)
    for i, (caption, credit) in credited.items():
        counter = _GLUED_COUNTER.match(caption)
        if counter and (not counter.group(1) or counted > 1 or _counts(caption[counter.end() :])):
            caption = caption[counter.end() :]  # noqa: PLW2901  the same caption, without its counter
        # A stray bracket, or nothing, is left of a line that was a credit alone.
        bare = not any(c.isalnum() for c in caption)
        if bare and i and lines[i - 1].kept:
            continue  # below its caption it says whose picture that is
        lines[i] = Line(
            lines[i].raw, "" if bare else f"{caption}\n{credit}", "furniture" if bare else "caption"
        )
        above = i - 1
        while above >= 0 and (not lines[above].raw or _COUNTER.fullmatch(lines[above].raw)):
            if lines[above].raw:
                lines[above] = _removed(lines[above])
            above -= 1


def _counts(caption: str) -> bool:
    """Whether a number before this caption counts pictures: "4 Smoke rises", but not "4 people" or "40 Ukrainians"."""
    first = caption.split(" ", 1)[0]
    return first[:1].isupper() and not first.endswith(("s", "an", "ish", "ese", "en", "li", "qi"))


def _mark_strict(lines: list[Line]) -> None:
    # A label that comes again and again is a speaker's name, or a column's of a list.
    labels = Counter(line.kept.split(":")[0] for line in lines if ":" in line.kept[:80])
    for i, line in enumerate(lines):
        if line.role in ("text", "caption") and len(line.kept) <= 4 * MAX_CHARS:
            bare = line.kept.strip("*_#>~ ")
            if not bare or len(bare) > MAX_CHARS:
                if _GLYPHS.fullmatch(line.kept):
                    lines[i] = _removed(line)
            elif _READ_ON.fullmatch(bare) or _is_link(bare, repeated=labels[line.kept.split(":")[0]] > 2):
                lines[i] = _removed(line, "link")
            elif _STRICT.fullmatch(bare) or _GLYPHS.fullmatch(bare):
                lines[i] = _removed(line)


def _is_link(line: str, *, repeated: bool) -> bool:
    """Whether a line is a label and the headline of another article."""
    if _LINK.fullmatch(line):
        return not line.endswith(("”", '"'))
    return not repeated and (not is_prose(line) or line.endswith("?")) and bool(_GLUED_LINK.fullmatch(line))


def _mark_sharing(lines: list[Line]) -> None:
    """Share bars, in one line or over several: two share words or more, one of which can be nothing else."""
    run: list[int] = []
    words = 0
    for i, line in enumerate([*lines, Line("", "", "text")]):
        if line.role == "blank" or line.role == "furniture":
            continue
        found = _share_words(line.kept)
        if found:
            run.append(i)
            words += found
            continue
        if words > 1 and any(_SHARING.search(lines[j].kept) for j in run):
            for j in run:
                lines[j] = _removed(lines[j])
        run, words = [], 0


def _share_words(line: str) -> int:
    """How many share words a line is made of; 0 when it holds anything else."""
    if not line or len(line) > 120:
        return 0
    rest = line.strip("*_#>~-•|, ")
    count = 0
    while rest:
        found = _SHARE_WORDS.match(rest)
        if not found or rest[found.end() : found.end() + 1].isalnum():
            return 0
        rest = rest[found.end() :].lstrip(" |•·,/-")
        count += 1
    return count


def _mark_edges(lines: list[Line]) -> None:
    """What is furniture at the page's head and foot only: above the first paragraph of prose and below the last."""
    places = [i for i, line in enumerate(lines) if line.kept]
    prose = {
        i for i in places[1:] if is_prose(lines[i].kept)
    }  # a headline may read as a sentence: it never ends the head
    for walk, limit in ((places, HEAD_LINES), (places[::-1], FOOT_LINES)):
        at_edge, passed = True, 0
        for i in walk:
            bare = lines[i].kept.strip("*_#>~ ")
            short = len(bare) <= MAX_CHARS
            if (at_edge and short and (_HEAD_OR_FOOT.fullmatch(bare) or _BREADCRUMB.fullmatch(bare))) or (
                walk is not places and passed < FOOT_LINES and short and _FOOT.fullmatch(bare)
            ):
                lines[i] = _removed(lines[i])
                continue
            passed += 1
            at_edge = at_edge and i not in prose and (bool(prose) or passed < limit)
            if not at_edge and passed >= FOOT_LINES:
                break
        places = [i for i in places if lines[i].kept]


def _mark_lists(lines: list[Line]) -> None:
    """ "Most read" and its like with the headlines below: up to an empty line, in the foot up to the page's end."""
    foot = (
        max((i for i, line in enumerate(lines) if line.role == "text" and is_prose(line.kept)), default=-1)
        + 1
    )
    # From here on nothing but headlines is left of the page.
    tail = (
        max((i for i, line in enumerate(lines) if line.role == "caption" or len(line.kept) > 140), default=-1)
        + 1
    )
    until_blank = to_end = False
    for i, line in enumerate(lines):
        if line.role == "blank":
            until_blank = False
        elif until_blank or to_end:
            if line.role == "text" and len(line.kept) <= 140 and not is_prose(line.kept):
                lines[i] = _removed(line, "link")
            elif line.role in ("text", "caption"):
                until_blank = to_end = False
        elif line.role in ("text", "link") and len(line.raw) <= 80:
            bare = line.raw.strip("*_#>~ ")
            listed = bool(_LIST.fullmatch(bare))
            to_end = i >= max(foot, tail - 1) and (listed or bool(_FOOT_LIST.fullmatch(bare)))
            until_blank = listed and i + 1 < len(lines) and lines[i + 1].role != "blank"
            if to_end or until_blank:
                lines[i] = _removed(line, "link")


def _removed(line: Line, role: Role = "furniture") -> Line:
    return replace(line, kept="", role=role)


def join_lines(lines: Sequence[Line]) -> str:
    """What is left of the lines, with no more empty lines between them than before."""
    kept: list[str] = []
    for line in lines:
        if line.kept or (line.role == "blank" and kept and kept[-1]):
            kept.append(line.kept)
    return "\n".join(kept).strip()
