"""A progress bar on stderr, for whoever waits."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexes import Progress


class Bar:
    """A progress bar on stderr, shown only to a person."""

    def __enter__(self) -> "Bar":
        from tqdm import tqdm

        self._bar = tqdm(
            total=0, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False, mininterval=0.5
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def show(self, progress: "Progress") -> None:
        """Show how far an update is: bytes done, with the time left; articles and passages beside them."""
        self._bar.unit, self._bar.unit_scale = "B", True
        self._bar.set_postfix_str(
            f"{progress.articles:,} articles, {progress.passages:,} passages", refresh=False
        )
        self.count(progress.done, progress.total)

    def count(self, done: int, total: int) -> None:
        """Show `done` of `total`."""
        if total != self._bar.total:
            self._bar.reset(total)
        self._bar.update(done - self._bar.n)
