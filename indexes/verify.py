"""Check a whole index against its own laws, and mend what can be mended from what is whole.

The texts are the root: what was cut, counted or derived from them can be made again; a text that no longer has
its digest cannot, and is reported with the way out.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from . import audit
from .index import Index
from .sayings import forget_sayings, listen, wrong_sayings
from .settle import forget_all, settle, wrong_echoes
from .split import passage_input, split
from .types import Fault

NORM_TOLERANCE = (
    5e-3  # float16 keeps 11 bits: the length of a 384-dimensional unit vector is within 1e-3 of one
)


def verify(index: Index, *, repair: bool = False) -> tuple[Fault, ...]:
    """Everything that is wrong; with `repair`, what is marked repairable has been mended on return.

    Reads the whole catalogue once. Raises IndexDamaged when it cannot be read at all, IndexLocked when another
    process is changing it.
    """
    with index.writing():
        faults = [*_check_file(index), *_check_texts(index)]
        if not faults or repair:
            faults += _check_names(index, repair=repair)
            faults += _check_passages(index, repair=repair)
            faults += _check_words(index, repair=repair)
            faults += _check_stories(index, repair=repair)
            faults += _check_sayings(index, repair=repair)
        if not faults or repair:  # Chroma is made of what these found whole
            faults += _check_projection(index, repair=repair)
    return tuple(faults)


def _check_file(index: Index) -> Iterator[Fault]:
    for message in audit.integrity(index.catalogue):
        yield Fault(f"SQLite finds the catalogue damaged: {message}", repairable=False)


def _check_texts(index: Index) -> Iterator[Fault]:
    for article, edition in audit.all_editions(index.catalogue):
        if article.edition != edition:
            what = f"the text or a field of {article.source} (article {article.id}, edition {edition}) is not what was indexed"
            yield Fault(
                f"{what}; run: qa articles remove {article.id}, then index it again", repairable=False
            )


def _check_names(index: Index, *, repair: bool) -> Iterator[Fault]:
    for article_id in audit.misnamed(index.catalogue):
        yield Fault(f"the article {article_id} points to an edition that is not its own", repairable=True)
    if repair:
        audit.drop_misnamed(index.catalogue)


def _check_passages(index: Index, *, repair: bool) -> Iterator[Fault]:
    """Passages must be those that splitting gives, each with a unit vector."""
    embedder, mended = index.embedder, False
    for article in index.catalogue.articles():
        cut = split(article, embedder.token_ends, window=embedder.passage_tokens)
        stored = audit.passages_of(index.catalogue, article.id)
        same = [p for p, _ in stored] == list(cut.passages)
        if same and all(_is_unit(v, index.catalogue.recipe.dimension) for _, v in stored):
            continue
        reason = "vectors are damaged" if same else "passages are not those of its text"
        yield Fault(f"{article.source} (article {article.id}): its {reason}", repairable=True)
        if repair:
            vectors = embedder.embed([passage_input(cut.heading, p.text) for p in cut.passages])
            index.catalogue.put(cut, vectors, file=index.catalogue.place(article.id)[1])
            mended = True
    if mended:
        settle(index.catalogue)
    stray = audit.count_stray(index.catalogue)
    if stray:
        yield Fault(f"{stray} passages belong to no current article", repairable=True)
        if repair:
            audit.drop_stray(index.catalogue)


def _check_words(index: Index, *, repair: bool) -> Iterator[Fault]:
    if not audit.words_are_whole(index.catalogue):
        yield Fault("the full-text index does not hold exactly the passages", repairable=True)
        if repair:
            audit.rebuild_words(index.catalogue)


def _check_stories(index: Index, *, repair: bool) -> Iterator[Fault]:
    """What is not searched as an echo stands in an article that is. A story not worked out is no fault: an update does it."""
    wrong = wrong_echoes(index.catalogue)
    if wrong:
        yield Fault(
            f"{wrong} passages are left out of the search, and no copy has their words", repairable=True
        )
    if repair:
        if wrong:
            forget_all(index.catalogue)
        settle(index.catalogue)


def _check_sayings(index: Index, *, repair: bool) -> Iterator[Fault]:
    """What is kept of who speaks is what the text says. What is not kept yet is no fault: an update does it."""
    wrong = wrong_sayings(index.catalogue)
    if wrong:
        yield Fault(f"who says what is kept wrongly of {', '.join(wrong[:5])}", repairable=True)
    if repair:
        if wrong:
            forget_sayings(index.catalogue)
        listen(index.catalogue)


def _check_projection(index: Index, *, repair: bool) -> Iterator[Fault]:
    """Chroma must hold exactly the catalogue's passages with their vectors, once it has caught up."""
    unlogged = audit.count_unlogged(index.catalogue)
    if unlogged:
        yield Fault(f"{unlogged} passages are missing in the log that Chroma follows", repairable=True)
        if not repair:
            return
        audit.log_again(index.catalogue)
    problem = index.projection.compare()
    if problem:
        yield Fault(f"Chroma {problem}", repairable=True)
        if repair:
            index.projection.rebuild()


def _is_unit(vector: NDArray[np.float16], dimension: int) -> bool:
    if vector.shape != (dimension,):
        return False
    length = float(np.linalg.norm(vector.astype(np.float64)))
    return bool(np.isfinite(length)) and abs(length - 1) < NORM_TOLERANCE
