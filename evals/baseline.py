"""The committed baseline: every answer as it was when somebody last said that it is good, and what may not change.

    qa eval bless --reason "The reader was trained on twice as many questions"

It also locks the gold questions, the articles, the floors and the settings: whoever changes one of these must say so.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from indexes import GoldError
from indexes.types import digest

from .lines import read_object
from .report import question_rows, report_of
from .types import Report

SCHEMA_VERSION = 1
LOCKED = ("gold", "articles", "floors", "settings")


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is compared with."""

    reason: str  # why it was blessed
    lock: Mapping[str, str]  # digests, by the names in LOCKED
    report: Report


def save_baseline(path: Path, report: Report, lock: Mapping[str, str], reason: str) -> None:
    """Write a baseline, a question a line so that a diff can be read. Raises GoldError."""
    if not reason.strip():
        raise GoldError('say why the baseline changes: qa eval bless --reason "…"')
    failed = [o.question_id for o in report.outcomes if o.error is not None]
    if failed:
        raise GoldError(
            f"{len(failed)} questions failed, {failed[0]!r} first; a baseline needs an answer to each"
        )
    head = {"schema_version": SCHEMA_VERSION, "reason": " ".join(reason.split()), "lock": dict(lock)}
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in question_rows(report))
    text = json.dumps(head, ensure_ascii=False, indent=1)[:-2] + f',\n "questions": [\n{rows}\n]}}\n'
    draft = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise GoldError(f"the baseline {path} cannot be written: {error.strerror or error}") from error


def load_baseline(path: Path) -> Baseline:
    """Read a baseline. Raises GoldError when there is none, or it is damaged or of another version."""
    try:
        row = read_object(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise GoldError(
            f'there is no baseline at {path}: {error.strerror}; make it with: qa eval bless --reason "…"'
        ) from error
    except UnicodeDecodeError as error:
        raise GoldError(
            f"the baseline {path} is damaged at byte {error.start}; take it from git again"
        ) from error
    if row.get("schema_version") != SCHEMA_VERSION:
        raise GoldError(f"the baseline {path} is of version {row.get('schema_version')}; bless it again")
    try:
        lock = {name: str(row["lock"][name]) for name in LOCKED}
        report = report_of(row["questions"], gold=lock["gold"], settings=lock["settings"])
        return Baseline(str(row["reason"]), lock, report)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise GoldError(f"the baseline {path} is damaged ({error}); take it from git again") from error


def lock_of(report: Report, *, articles: str, floors: str) -> dict[str, str]:
    """The digests that a baseline keeps. `articles` and `floors` are digests of what they name."""
    return {"gold": report.gold, "articles": articles, "floors": floors, "settings": report.settings}


def broken_locks(baseline: Baseline, lock: Mapping[str, str]) -> Iterator[str]:
    """What has changed since it was blessed, a sentence each. Another system's settings are not ours to lock."""
    for name in LOCKED:
        if name == "settings" and not lock[name]:
            continue
        if baseline.lock[name] != lock[name]:
            yield f"{name} changed since the baseline was blessed ({baseline.lock[name][:12]} → {lock[name][:12]})"


def folder_digest(folder: Path) -> str:
    """Digest of the names and the bytes of the files in a folder."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    return digest(*(part for p in paths for part in (p.relative_to(folder).as_posix(), p.read_bytes().hex())))
