"""Who is who in an article: names with their roles, and which of them a surname, a title or a pronoun means.

No model: names are runs of capitals, a role is what stands before a name ("Kremlin spokesman Dmitry Peskov") or between
commas after it ("Doug Rasor, a vice president at Texas"). Whether a person is a he or a she is taken from titles and
common forenames, else left open.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Gender = Literal["he", "she"] | None

ROLE = (
    r"(?:spokes(?:man|woman|person)|president|master|headmaster|challenger|chancellor|premier|speaker|administrator|whip|PM|minister|secretary|senator|governor|mayor|lawmaker|politician"
    r"|leader|chief|chair(?:man|woman|person)?|director|executive|officer|manager|boss|owner|founder|co-founder|partner|head"
    r"|coach|captain|striker|defender|midfielder|goalkeeper|keeper|player|skipper|winger|forward|champion|driver|jockey|prop"
    r"|analyst|economist|strategist|researcher|scientist|professor|academic|lecturer|expert|specialist|adviser|advisor"
    r"|consultant|editor|reporter|correspondent|journalist|author|writer|novelist|actor|actress|singer|musician|guitarist"
    r"|drummer|director-general|producer|presenter|comedian|artist|judge|lawyer|solicitor|barrister|attorney|prosecutor"
    r"|counsel|detective|inspector|superintendent|sergeant|constable|commissioner|sheriff|general|admiral|colonel|major"
    r"|lieutenant|doctor|nurse|surgeon|midwife|bishop|archbishop|pope|king|queen|prince|princess|duke|duchess|lord|lady"
    r"|MP|MEP|MSP|AM|CEO|CFO|PM|councillor|campaigner|activist|representative|envoy|ambassador|diplomat|official|aide"
    r"|trader|broker|farmer|shopkeeper|resident|neighbour|witness|teacher|headteacher|pupil|student|mother|father|brother|sister"
    r"|wife|husband|widow|widower|son|daughter|uncle|aunt|victim|survivor|engineer|architect|historian|curator|designer"
    r"|developer|programmer|principal|supervisor|counterpart|treasurer|trustee|fund manager|umpire|referee|number eight"
    r"|fly-half|scrum-half|hooker|centre|lock|wing|full-back|batsman|bowler|golfer|runner|sprinter|boxer|star|legend|veteran"
    r"|candidate|nominee|organiser|promoter|agent|deputy|vice-president|ombudsman|watchdog|regulator|dictator|despot|tsar)s?"
)
TITLES = {
    "Mr": "he", "Sir": "he", "Lord": "he", "Mrs": "she", "Ms": "she", "Miss": "she", "Dame": "she", "Lady": "she",
    "Baroness": "she", "King": "he", "Queen": "she", "Prince": "he", "Princess": "she", "Father": "he", "Dr": None,
    "Prof": None, "Professor": None, "Rev": None, "Judge": None, "Mx": None, "Gen": None, "Col": None, "Capt": None,
    "Lt": None, "Sgt": None, "Cllr": None, "Sen": None, "Gov": None, "Rep": None, "St": None, "Cpl": None, "Maj": None,
    "Pc": None, "PC": None, "Det": None, "Insp": None, "Supt": None, "DCI": None, "DI": None, "Pte": None, "Cmdr": None,
}  # fmt: skip
_PREFIXES = frozenset("Mr Mrs Ms Dr Prof Sen Gov Rep Gen Col Capt Lt Sgt Cllr Insp Supt Det".split())
HE = frozenset(
    """aaron adam adrian ahmed alan albert alec alex alexander alistair allan allen andre andrew andy angus anthony antonio arnold
    arsene arthur barry ben benjamin bernard bernie bill billy bob bobby boris brad brendan brian bruce bryan carl carlo carlos
    charles charlie chris christian christopher clive colin craig damien dan daniel darren dave david dean denis dennis derek
    desmond dick dmitry dominic don donald doug douglas duncan ed eddie edward edwin elon eric ernest ethan eugene evan
    ferdinand finn francis francisco frank franz fred frederick gareth gary gavin geoff geoffrey george gerald gerard gerhard
    giovanni glenn gordon graeme graham grant greg gregory guy hans harold harry henry herbert howard hugh ian igor imran isaac
    ivan jack jacob jacques jake james jamie jan jason jean jeff jeffrey jeremy jerome jerry jim jimmy joe joel johan john johnny
    jon jonathan jonny jose joseph josh joshua juan julian justin karl keith ken kenneth kevin kofi kyle lance larry lars lee len
    leo leon leonard les lewis liam lloyd luca lucas luis luke malcolm marc marcello marco marcus mario mark martin martyn matt
    matthew maurice max michael michel miguel mike mikhail mohamed mohammed morgan nathan neil nelson nicholas nick nicolas nigel
    noel norman oleg oliver oscar owen pascal patrick paul pavel pedro pete peter phil philip phillip pierre piotr rafael ralph
    ray raymond rafa ricardo richard rick rob robbie robert robin rod roger roman ron ronald ronnie rory ross roy rupert russell
    ryan sam samuel saul scott sean sebastian sergei sergey seth shane shaun sidney silvio simon stan stanley stefan stephen steve sylvester
    steven stewart stuart ted terry theo thierry thomas tim timothy toby todd tom tommy tony travis trevor victor vincent vladimir
    volodymyr walter warren wayne will william yuri zinedine olaf keir emmanuel joe jerome vasily marcus dimitri""".split()
)
SHE = frozenset(
    """abigail agnes aisha alexandra alice alison amanda amelia amy andrea angela angelina anita ann anna anne annette annie
    audrey brigitte barbara beatrice becky belinda bernadette beth betty beverley bridget camilla carla carly carmen carol caroline carolyn
    carrie catherine cathy celia charlotte cherie cheryl chloe christina christine cindy claire clara clare claudia condoleezza
    cynthia daisy dawn deborah debbie debra delia denise diana diane donna doris dorothy eileen elaine eleanor elizabeth ella
    ellen ellie emily emma erica erin esther eva eve evelyn fatima fiona florence frances gail gemma georgia geraldine giorgia
    gillian gina glenda gloria gwen hannah harriet hayley heather helen helena hilary hillary holly ines ingrid irene iris isabel
    jacoba jacqueline jacqui jan jane janet janice jean jennifer jenny jessica jill jo joan joanna joanne jodie josephine joy joyce
    judith judy julia julie june justine kamala karen kate katherine kathleen kathryn kathy katie kay kelly kerry kim kimberly
    kirsty laura lauren leah leslie linda lindsay lisa liz lorna lorraine louise lucy lynn lynne madeleine maggie mandy marcia
    margaret margit maria marian marie marilyn marion martha mary maureen maxine megan melanie melissa mia michelle miranda moira
    molly monica nadia nancy naomi natalie natasha niamh nicola nicole nina nita nora olivia paige pamela patricia paula pauline
    penelope penny petra philippa phoebe polly priya rachel rebecca renee rita roberta rosa rosalind rose rosemary rosie ruth
    sally samantha sandra sara sarah serena sharon sheila shirley siobhan sofia sonia sophia sophie stella stephanie sue susan
    susanna suzanne sylvia tamara tanya tara teresa tessa thea theresa tina tracey tracy ursula valerie vanessa venus vera
    veronica victoria virginia vivien wendy whitney yasmin yvonne zoe bettina delphine hettie hanne lowri elena""".split()
)
_WORD = r"(?:(?:Dr|Mr|Mrs|Ms|Prof|Rev|Gen|Sen|Gov|Rep|Col|Lt|Sgt|Capt|St|Supt|Insp|Cllr)\.|(?:Mc|Mac|O['’]|D['’]|Mc)?[^\W\d_a-z][\w’'-]*[\w]|[^\W\d_a-z]\.(?:[^\W\d_a-z]\.)*|[^\W\d_a-z](?=\s))"
_LINK = r"(?:de la|de los|van der|van den|von der|de|da|del|della|di|du|dos|la|le|van|von|der|den|bin|ibn|al|el|ap|y|ter|ten)"
NAME = rf"{_WORD}(?:(?:\s+(?:(?:{_LINK}|&)\s+)?|\s*['\"‘“](?=\w+['\"’”]\s)(?=[A-Z]))(?:{_WORD})(?:['\"’”](?=\s))?)*(?:(?<=Bank) of {_WORD}|(?<=University) of {_WORD}(?:\s{_WORD})*|(?<=House) of {_WORD}|(?<=Department) of {_WORD}(?:\s{_WORD})*|(?<=Ministry) of {_WORD}|(?<=Centers) for {_WORD}(?:\s{_WORD})*|(?<=Church) of {_WORD}|(?<=Institute) of {_WORD})?"
NAMES = re.compile(NAME)
_ROLE_WORD = re.compile(rf"(?:(?:vice|co|ex|deputy|under)-?)?{ROLE}", re.IGNORECASE)
# Capitals that begin a sentence, and days: never a name's first word.
NOT_NAMES = frozenset(
    """the a an and but or if when while after before as at by for from in into of on to with he she they it we i you his her its
    their our my your this that these those there here what who how why where which one two three four five six seven eight nine ten some many most all both
    each every any no not now then yet so still also however meanwhile although though because since until despite during
    back speaking asked writing did does do is are was were has have had can could will would should like monday tuesday wednesday thursday friday saturday sunday january february march april june july
    august september october november december yesterday today tonight earlier later last next even just only such other
    another more few several like unlike according under over about according among between against yes well
    once never perhaps maybe instead besides further furthermore moreover nevertheless nonetheless indeed""".split()
)
DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today january february march april may june july august september october november december".split()
)
_EPITHETS = frozenset(
    "brave furious fuming defiant evil poor despot tyrant heroic beleaguered embattled angry proud dear outspoken".split()
)
_COMMON = frozenset(
    """sources officials police ministers analysts doctors experts critics campaigners researchers scientists economists lawyers
    reports witnesses residents investigators prosecutors organisers bosses leaders opponents supporters fans staff authorities
    teachers parents traders unions companies people figures shares sales profits illustration republican democrat mps meps peers
    tories midwives nurses firefighters soldiers rivals others images photos updated published read related""".split()
)
_BODIES = frozenset(
    """new south north west east united manchester real bank house university college school hospital street road park city
    town county state court council club party group trust union league cup world championship association federation
    committee commission parliament government department ministry office agency institute centre center company corp inc ltd plc
    airport airways air airline motor bridge river island sea lake hotel palace square hall station stadium festival award
    oscar prime minister secretary president act bill day year war game film radio tv television news times post guardian
    telegraph mail sun herald tribune courier examiner service system network police army navy force nation international
    national american british european prison securities entertainment records bros motors pictures software systems games microsoft intel google
    research capital consulting partners associates village tower castle museum gallery theatre opera orchestra week month season champions
    crime organised treasury laboratories laboratory sea social treaty convention constitution summit series open online web website magazine journal review report studio studios super
    saudi hong san los las sri middle great northern southern western eastern central
    latin royal high supreme federal general conservative labour democrat republican liberal""".split()
)
BODY = re.compile(
    r"\b(?:outfit|side|club|giant|giants|firm|company|band|group|paper|newspaper|magazine|website|agency|maker|retailer|network|studio|chain|charity|think tank)\s+$"
)
_STATES = frozenset(("UK", "US", "EU", "UN"))
_KIN = frozenset("mother father brother sister wife husband son daughter uncle aunt widow widower".split())


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is named, or only described ("a spokesman for Airbus")."""

    name: str
    role: str | None = None
    gender: Gender = None
    named: bool = True
    body: bool = False  # a firm, a club: said to be one

    def __str__(self) -> str:
        return f"{self.name}, {self.role}" if self.role else self.name

    @property
    def likely(self) -> bool:
        """Whether the name alone looks like a person's: two to four words, none of them of a place or a body."""
        words = self.name.lower().split()
        return (
            self.named
            and not self.body
            and not self.initialled
            and 2 <= len(words) <= 4
            and not _BODIES & {*words, *(w.rstrip("s") for w in words)}
        )

    @property
    def initialled(self) -> bool:
        """Whether a word of the name is an abbreviation, as of a body: "UK Treasury", "IAAF"."""
        short = [w.isupper() and w.isalpha() and (len(w) > 2 or w in _STATES) for w in self.name.split()]
        return any(short) and (len(short) == 1 or not all(short))

    @property
    def is_body(self) -> bool:
        """Whether the name looks like that of a firm, a club or an office."""
        words = {w.lower() for w in self.name.split()}
        plain = not (self.role or self.gender)
        return plain and (self.body or self.initialled or bool(_BODIES & words))

    @property
    def surname(self) -> str:
        """The last word of the name, in lower case."""
        return self.name.split()[-1].lower() if self.name.split() else ""


class Cast:
    """The people of one article, each once, found by their surnames."""

    def __init__(self) -> None:
        self._by_surname: dict[str, list[Person]] = {}

    def meet(self, person: Person) -> Person:
        """The person as the article knows it: a surname alone is the first one of that name; roles and genders are kept."""
        if not person.named:
            return person
        held = self._by_surname.setdefault(person.surname, [])
        for place, known in enumerate(held):
            if _same(known.name, person.name) and not (
                known.gender and person.gender and known.gender != person.gender and " " in known.name
            ):
                longer = known.name if len(known.name.split()) >= len(person.name.split()) else person.name
                sure, other = (known, person) if longer == known.name else (person, known)
                gender = sure.gender or other.gender  # a surname can look like a forename: Arnold
                merged = Person(longer, known.role or person.role, gender, body=known.body or person.body)
                held[place] = merged
                return merged
        forename = self._forename(person)
        if forename:
            return forename
        held.append(person)
        return person

    def _forename(self, person: Person) -> Person | None:
        """Whom a single word means that is somebody's first name: Mido, Arnie."""
        if " " in person.name:
            return None
        alike = [k for k in self if k.name.split()[0].lower() == person.name.lower() and " " in k.name]
        return alike[0] if len(alike) == 1 else None

    def __iter__(self) -> Iterator[Person]:
        return (person for held in self._by_surname.values() for person in held)

    def current(self, person: Person) -> Person:
        """The person with all that the article has said of it since."""
        if not person.named:
            return person
        for known in self._by_surname.get(person.surname, ()):
            if _same(known.name, person.name):
                return known
        return person

    def in_role(self, words: str) -> Person | None:
        """The last one whom the article gave this role: "the prime minister"."""
        wanted = _role_words(words)
        fitting = [p for p in self if p.role and wanted and wanted <= _role_words(p.role)]
        return fitting[-1] if fitting else None

    def learn(self, person: Person, gender: Gender) -> None:
        """A pronoun told whether a person is a he or a she."""
        for held in self._by_surname.values():
            for place, known in enumerate(held):
                if known.name == person.name and known.gender is None:
                    held[place] = replace(known, gender=gender)


def _role_words(text: str) -> frozenset[str]:
    words = re.findall(r"[\w-]+", re.sub(r"['’]s\b", "", text).lower())
    return frozenset(
        w for w in words if w not in ("the", "a", "an", "former", "of", "and", "for", "at", "his", "her")
    )


def _same(one: str, other: str) -> bool:
    """Whether two names with one surname are of one person: one is a surname alone, or their forenames agree."""
    first, second = one.split(), other.split()
    if len(first) == 1 or len(second) == 1:
        return True
    if _BODIES & {*(w.lower() for w in (*first[:-1], *second[:-1]))}:
        return first == second
    a, b = first[0].strip(".").lower(), second[0].strip(".").lower()
    return a == b or a.startswith(b) or b.startswith(a)


def gender_of(name: str, title: str | None = None) -> Gender:
    """He or she by title or forename."""
    if title and TITLES.get(title.strip(".")):
        return TITLES[title.strip(".")]  # type: ignore[return-value]  # the table's values are he, she and None
    first = name.split()[0].lower() if name.split() else ""
    if first in HE and first in SHE:
        return None
    return "he" if first in HE else "she" if first in SHE else None


def person_at(before: str, run: str) -> Person | None:
    """The person that a run of capitals names, with the role that ends `before` it; None when it is no name.

    The run may begin with what is no part of the name: "German Chancellor Olaf Scholz", "On Monday Ms Jowell".
    """
    words = run.split()
    while len(words) > 1 and words[-1].lower() in DAYS and not _is_surname(words):
        words.pop()
    while words and (words[0].lower() in NOT_NAMES or (len(words) > 1 and words[0].lower() in _EPITHETS)):
        words.pop(0)
        before = ""
    cut = 0
    for place, word in enumerate(words):
        if (re.search(r"(?:['’]s|s['’])$", word) and place + 1 < len(words)) or (
            _ROLE_WORD.fullmatch(word)
            and place + 1 < len(words)
            and (place or len(words) > 2 or word.lower() not in HE | {"duke", "king", "prince"})
            and word.strip(".") not in TITLES
        ):
            cut = place + 1
    if len(words) > 2 and re.fullmatch(r"[A-Z]\w+-[a-z]{4,}", words[0]):
        cut = max(cut, 1)  # "Oscar-winner Andrea Arnold"
    inner = [i for i, word in enumerate(words[:-1]) if i and word.strip(".") in _PREFIXES]
    cut = max([cut, *inner])  # "Democratic Rep. Carolyn Maloney"
    lead = words[:cut]
    words = words[cut:]
    gender: Gender = None
    while len(words) > 1 and words[0].strip(".") in TITLES:
        gender = TITLES[words[0].strip(".")] or gender  # type: ignore[assignment]  # as above
        lead = [*lead, words[0]] if words[0] in ("Judge", "Professor", "Prince", "King", "Queen") else lead
        words = words[1:]
    if not words or (len(words) == 1 and words[0].lower() in _COMMON):
        return None
    words[-1] = re.sub(r"['’]s?$", "", words[-1])
    name = " ".join(words).strip(" ,.'’\"")
    if not name:
        return None
    if len(words) > 1 and words[0].isupper() and len(words[0]) > 3 and not words[-1].isupper():
        name = " ".join([words[0].title(), *words[1:]]).strip(" ,.'’\"")
    role = role_before(before, lead)
    return Person(name, role, gender or gender_of(name))


def _is_surname(words: Sequence[str]) -> bool:
    """Whether what may be a day or a month is a surname: "Theresa May", "Mike Friday", "USA TODAY"."""
    return words[-1].isupper() or (
        words[-2].lower() in HE | SHE and words[-1] in ("May", "March", "April", "June", "Friday")
    )


def is_role(words: str) -> bool:
    """Whether words are a role and nothing else: PM, President, Prime Minister."""
    return _ROLE_WORD.fullmatch(words.split()[-1]) is not None and all(
        _ROLE_WORD.fullmatch(w) or w.lower() in _MODIFIERS for w in words.split()
    )


def role_before(before: str, lead: Sequence[str]) -> str | None:
    """The role in front of a name: the words up to it that are capitals, roles, or say which."""
    if not lead and re.search(r"\b(?:of|for|at|in|from|to|with|by|on)\s*$", before):
        return None
    words = [*before.split()[-9:], *lead]
    kept: list[str] = []
    for word in reversed(words):
        bare = word.strip("\"“”'’‘()")
        known = _ROLE_WORD.fullmatch(bare) or bare in (
            "and",
            "of",
            "for",
            "at",
            "vice",
            "affairs",
            "policy",
            "foreign",
            "world",
        )
        modifier = (
            bare[:1].isupper() or bare.lower() in _MODIFIERS or re.fullmatch(r"\w+-\w+|\w+['’]s?", bare)
        )
        if not (known or modifier) or (word[-1] in ",;:.!?" and not word.endswith(".")):
            break
        if bare.lower() in ("said", "says") or bare.lower() in NOT_NAMES - {"of", "for", "at", "and"}:
            break
        kept.insert(0, bare if not re.search(r"['’]s?$", word) else word)
    if kept and kept[-1].lower() == "and":
        return None  # of somebody else, named before
    while kept and kept[0].lower() in ("and", "of", "for", "at", "stars", "heads", "leads"):
        kept.pop(0)
    return _as_role(" ".join(kept))


_MODIFIERS = frozenset(
    """former ex deputy chief senior junior assistant acting vice general managing executive marketing finance financial
    harbour port foreign home defence defense health education transport trade industry shadow national international world club team
    party union company fund sales press media news sports technology research security policy political economic police
    fire hospital school council city town county state federal royal military army navy football rugby tennis cricket
    golf film music rock pop opposition government prime interior justice culture work pensions treasury energy environment
    agriculture labour labor conservative democrat republican liberal principal lead independent associate investment
    operating technical creative artistic medical nursing legal human rights public affairs communications communities
    development product business market markets equity currency oil global regional local veteran young teenage
    world-record olympic double triple defending reigning group its his her their fellow kremlin""".split()
)


def _as_role(words: str) -> str | None:
    """Words as a role, when one of them is a role, and of the person alone."""
    words = re.sub(r"^(?:his|her|its|their|the)\s+", "", words, flags=re.IGNORECASE)
    if words.lower() in _KIN:
        return None
    return (
        words
        if any(_ROLE_WORD.fullmatch(w.strip("'’s")) or _ROLE_WORD.fullmatch(w) for w in words.split())
        else None
    )


def role_after(after: str) -> str | None:
    """The role between commas after a name: ", a marketing vice president at Texas." """
    found = re.match(
        r",\s+(?:who (?:is|was) )?(?:the |a |an )?([^,;:.\"“”]{3,90}?)\s*(?:[,.;:\"“”\x01]|$|\s[—–-]\s)",
        after,
    )
    if not found:
        return None
    words = found.group(1).strip()
    first = re.split(r"\s+(?:of|at|for|with|in|from|who|whose|and)\s+", words)[0].split()
    if not first or len(words.split()) > 14 or not _ROLE_WORD.fullmatch(first[-1].strip("'’")):
        return None
    return (
        None
        if first[0] in ("known", "named", "called")
        else re.split(r"\s+(?:who|which|whose|that|told|said|says|was|is|has|had)(?:\s|$)", words)[0]
    )
