"""The Library tab as HTML: what is indexed, page by page, and how adding goes. No Gradio here.

Law: whatever comes from an article or a file name is escaped, never markup, link or image.
"""

import html
from collections import Counter
from pathlib import Path

from indexes.shelf import Entry, Listed, Order, Status, entries, publishers, status

from .intake import UPLOADS, Job
from .library import Library
from .say import as_sentence, counted, day, shortened, text

PAGE = 50  # articles of a page
MAX_PUBLISHERS = 500  # that can be chosen from
SHOWN_SKIPPED = 20  # skipped sources that are named one by one; the rest is counted


def browse(library: Library, search: str, order: Order, page: int, note: str = "") -> tuple[str, str, int]:
    """The status of the index, one page of its list, and the number of that page: the last one, if there is none so far."""
    catalogue = library.index.catalogue
    search = search.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
    with library.index.reading():
        found = entries(catalogue, search=search, order=order, offset=page * PAGE, limit=PAGE)
        if not found.entries and found.total:
            page = (found.total - 1) // PAGE
            found = entries(catalogue, search=search, order=order, offset=page * PAGE, limit=PAGE)
        holds = status_html(status(catalogue), str(library.index.path))
    return holds, list_html(found, page, search=search, note=note), page


def publisher_choices(library: Library) -> list[tuple[str, str]]:
    """(label, publisher) for a list to choose from, isolated so that no writing direction leaks out of a label."""
    found = publishers(library.index.catalogue)[:MAX_PUBLISHERS]
    return [(f"\u2068{shortened(name, 60)}\u2069 ({count:,})", name) for name, count in found]


def status_html(holds: Status, index: str) -> str:
    """What the index holds."""
    facts = [counted(holds.articles, "article"), counted(holds.passages, "passage")]
    if holds.publishers:
        facts.append(counted(holds.publishers, "publisher"))
    if holds.first and holds.last:
        facts.append(f"published {day(holds.first)} to {day(holds.last)}")
    if holds.undated:
        facts.append(f"{holds.undated:,} undated")
    shown = "".join(f"<span>{text(fact)}</span>" for fact in facts)
    return f'<div class="qa-status"><p class="qa-facts">{shown}</p><p class="qa-source">{text(shortened(index, 200))}</p></div>'


def list_html(listed: Listed, page: int, *, search: str = "", note: str = "") -> str:
    """One page of the articles, with the pages before and after it. `page` counts from 0."""
    said = f'<p class="qa-note" role="status">{text(as_sentence(note))}</p>' if note else ""
    if not listed.total:
        nothing = "No article holds all of these words." if search.strip() else "Nothing is indexed yet."
        return f'<div class="qa-holdings">{said}<p class="qa-note">{nothing}</p></div>'
    rows = "".join(_row(entry) for entry in listed.entries)
    first, last = page * PAGE + 1, page * PAGE + len(listed.entries)
    pages = (
        f"{_turn_page(page - 1, page > 0, 'Previous')}<span>{first:,}–{last:,} of {listed.total:,}</span>"
        f"{_turn_page(page + 1, last < listed.total, 'Next')}"
    )
    return (
        f'<div class="qa-holdings">{said}<nav class="qa-pages" aria-label="Pages of the list">{pages}</nav>'
        f'<ul class="qa-entries">{rows}</ul></div>'
    )


def _turn_page(to: int, there: bool, name: str) -> str:  # noqa: FBT001  said by its place
    target = f'data-do="select" data-page="{to}"' if there else 'aria-disabled="true" tabindex="-1"'
    return f'<button type="button" class="qa-step" {target}>{name}</button>'


def _row(entry: Entry) -> str:
    title = text(shortened(entry.title or source_name(entry.source), 160))
    facts = [entry.publisher or "no publisher", day(entry.published)]
    facts += [entry.byline] if entry.byline else []
    facts += [source_name(entry.source)] if entry.title else []
    shown = "".join(f"<span>{text(shortened(fact, 80))}</span>" for fact in facts)
    key = html.escape(entry.id)
    return (
        f'<li><button type="button" class="qa-entry" data-do="select" data-article="{key}">{title}</button>'
        f'<p class="qa-facts">{shown}</p><details class="qa-remove"><summary aria-label="Remove {html.escape(shortened(entry.title, 80))}">'
        f'Remove</summary><button type="button" class="qa-act" data-do="clear" data-article="{key}">'
        "Take it out of the index</button></details></li>"
    )


def source_name(source: str) -> str:
    """A source for people: an address as it is, of an uploaded file its name, of another one its last two parts."""
    if source.startswith(("http://", "https://")):
        return source
    parts = Path(source).parts
    return "/".join(parts[-1:] if UPLOADS in parts[-4:-1] else parts[-2:]) or source


def job_html(job: Job | None) -> str:
    """How adding goes, and what came of it."""
    if job is None:
        return ""
    what = ", ".join(shortened(name, 60) for name in job.sources[:3])
    what += f" and {len(job.sources) - 3:,} more" if len(job.sources) > 3 else ""
    if job.problem:
        return f'<div class="qa-job"><p class="qa-problem" role="alert">{text(as_sentence(job.problem))}</p></div>'
    if job.update is None:
        return f'<div class="qa-job"><p role="status">{text(f"Adding {what}")}</p>{_bar(job)}</div>'
    return f'<div class="qa-job">{_report(job)}</div>'


def _bar(job: Job) -> str:
    progress = job.progress
    if progress is None:
        return '<p class="qa-note">Waiting for what is being added before it…</p>'
    said = f"{counted(progress.articles, 'article')}, {counted(progress.passages, 'passage')}"
    if not progress.total:  # an address: how much it will be is not known
        return f'<progress aria-label="Adding articles"></progress><p class="qa-note">{said}</p>'
    share = min(progress.done / progress.total, 1)
    return (
        f'<progress aria-label="Adding articles" max="1" value="{share:.3f}"></progress>'
        f'<p class="qa-note">{share:.0%}, {said}</p>'
    )


def _report(job: Job) -> str:
    update = job.update
    assert update is not None
    done = ((update.added, "added"), (update.changed, "changed"), (update.unchanged, "already there"))
    said = ", ".join(f"{counted(n, 'article')} {word}" for n, word in done if n) or "No article was added"
    parts = [f'<p role="status"><strong>{said}.</strong></p>']
    if update.skipped:
        items = [
            f"<li>{text(shortened(source_name(s.source), 80))}: {text(shortened(as_sentence(s.reason)))}</li>"
            for s in update.skipped[:SHOWN_SKIPPED]
        ]
        rest = Counter(s.reason for s in update.skipped[SHOWN_SKIPPED:])
        items += [
            f"<li>{n:,} more: {text(shortened(as_sentence(reason)))}</li>"
            for reason, n in rest.most_common(10)
        ]
        parts.append(
            f'<p>{counted(len(update.skipped), "source")} skipped:</p><ul class="qa-skipped">{"".join(items)}</ul>'
        )
    return "".join(parts)
