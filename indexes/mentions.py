"""Who is named between two places of a text."""

import re
from collections.abc import Iterator

from .people import BODY, DAYS, NAMES, NOT_NAMES, ROLE, Person, person_at, role_after

_ATTRIBUTE = re.compile(
    r"\s(?:[a-z-]+\s)?(?:ministers|MPs|officials|fans|aides|players|bosses|executives|spokesm[ae]n|spokeswom[ae]n|spokespe\w+"
    r"|supporters|leaders|analysts|researchers|scientists|directors|workers|staff|police|campaigners|lawyers|shareholders|members)\b"
    rf"|\s{ROLE}\s(?=[A-Z])"  # "Notre Dame coach Brian Kelly" is not Notre Dame
)


def named_in(masked: str, start: int, end: int) -> Iterator[tuple[int, Person]]:
    """(offset, person) of each name between two offsets."""
    for run in NAMES.finditer(masked, start, end):
        if _ATTRIBUTE.match(masked, run.end(), end):
            continue  # "Church ministers"
        person = named_at(masked, start, run.start(), run.end(), end)
        if person is not None:
            yield run.start(), person


def owns(masked: str, start: int, end: int) -> bool:
    """Whether the name at an offset only says whose something is: "Reed's wife"."""
    name = NAMES.match(masked, start, end)
    return name is not None and bool(re.search(r"(?:['’]s|s['’])$", name.group()))


def named_at(masked: str, floor: int, start: int, end: int, limit: int) -> Person | None:
    before = re.split(r"[.;:!?\x01\n]\s", masked[max(floor, start - 90) : start])[-1]
    person = person_at(before, masked[start:end])
    if person is None or person.name.lower() in NOT_NAMES | DAYS:
        return None
    role = person.role or role_after(masked[end : min(limit, end + 130)])
    body = not (role or person.gender) and bool(BODY.search(masked[max(floor, start - 20) : start]))
    return Person(person.name, role, person.gender, body=body)
