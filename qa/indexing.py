"""qa index: what a shard does before everything is stored."""

import argparse
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from indexes.errors import IndexLocked
from indexes.shards import Shard, embed_ahead

if TYPE_CHECKING:
    from indexes import Progress, Update

    from .library import Library

PATIENCE_S = 2.0  # between two looks whether another process has finished


def store(
    library: "Library", options: argparse.Namespace, progress: "Callable[[Progress], None]"
) -> "Update | None":
    """Do what `qa index` was asked; None when other shards are to end first, which is then said."""
    if options.shard is None:
        return library.add(*options.sources, prune=options.prune, progress=progress)
    shard: Shard = options.shard
    done = embed_ahead(library.index, options.sources, shard, progress=progress)
    told = f"shard {shard.number} of {shard.total}: {done.passages:,} passages embedded"
    if done.left:
        left = ", ".join(f"{n}/{shard.total}" for n in done.left)
        sys.stdout.write(f"{told}; left: {left}; the one that ends last stores everything\n")
        return None
    sys.stderr.write(f"{told}; all {shard.total} are done, storing\n")
    return _patiently(lambda: library.add(*options.sources, prune=options.prune, progress=progress))


def _patiently(add: "Callable[[], Update]") -> "Update":
    """Two shards that end together both store, one after the other: the second finds nothing left to do."""
    told = False
    while True:
        try:
            return add()
        except IndexLocked as error:
            if not told:
                sys.stderr.write(f"qa: {error}\n")
            told = True
            time.sleep(PATIENCE_S)
