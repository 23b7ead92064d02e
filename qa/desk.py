"""A few threads that do what an event loop must not wait for, with a deadline for each thing.

The threads stay, so that an index keeps one connection for each of them and no more. What is iterated is made, run and
closed in one thread: a state of the index belongs to the thread that reads it.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TypeVar

from indexes import QAError

T = TypeVar("T")


class TooLate(QAError, TimeoutError):
    """It was not done when the time was up."""


class Desk:
    """Does things in its own threads. Close it when nothing is done any more."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="desk")

    def close(self) -> None:
        """Let the threads go when they are done."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def do(self, function: Callable[..., T], *arguments: object) -> T:
        """What the function returns or raises."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    async def latest(self, iterate: Callable[[], Iterator[T]], *, seconds: float) -> AsyncIterator[T]:
        """The items as they come; when several have come meanwhile, the last of them. Raises TooLate, or what it raises.

        Closing this closes what is iterated, in its thread, when its next item comes.
        """
        loop = asyncio.get_running_loop()
        news = asyncio.Event()
        newest: list[T] = []  # one, or none since it was handed on
        gone = threading.Event()

        def tell(item: T) -> None:
            newest[:] = [item]
            news.set()

        def run() -> None:
            iterator = iterate()
            with closing(iterator):  # type: ignore[type-var]  # a generator, which can be closed
                for item in iterator:
                    if gone.is_set():
                        break
                    loop.call_soon_threadsafe(tell, item)

        running = loop.run_in_executor(self._pool, run)
        running.add_done_callback(lambda _: news.set())
        end = loop.time() + seconds
        try:
            while newest or not running.done():
                try:
                    await asyncio.wait_for(news.wait(), end - loop.time())
                except TimeoutError:
                    raise TooLate(
                        f"no answer in {seconds:g} seconds; ask again, or something that is quicker to answer"
                    ) from None
                news.clear()
                if newest:
                    yield newest.pop()
            running.result()
        finally:
            gone.set()
