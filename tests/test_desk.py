"""The desk: a few threads that stay, the newest item first, an end to waiting."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from qa.desk import Desk, TooLate


@pytest.fixture
def desk() -> Iterator[Desk]:
    opened = Desk(2)
    yield opened
    opened.close()


def collected(desk: Desk, iterate, seconds: float = 30) -> list[int]:
    async def run() -> list[int]:
        return [item async for item in desk.latest(iterate, seconds=seconds)]

    return asyncio.run(run())


def test_the_last_item_always_comes_and_the_order_is_kept(desk: Desk):
    found = collected(desk, lambda: iter_of(range(1_000)))

    assert found[-1] == 999
    assert found == sorted(set(found))


def iter_of(items) -> Iterator[int]:
    yield from items


def test_nothing_is_nothing(desk: Desk):
    assert collected(desk, lambda: iter_of(())) == []


def test_what_is_raised_is_raised_after_what_came_before(desk: Desk):
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    async def run() -> None:
        async for item in desk.latest(broken, seconds=30):
            found.append(item)  # noqa: PERF401  what came before it broke is what is asked for

    found: list[int] = []
    with pytest.raises(ValueError, match="broken"):
        asyncio.run(run())
    assert found == [1]


def test_an_item_is_made_and_the_iterator_closed_in_one_thread_that_stays(desk: Desk):
    seen: list[str] = []

    def items() -> Iterator[int]:
        try:
            yield 1
            seen.append(threading.current_thread().name)
            yield 2
        finally:
            seen.append(threading.current_thread().name)

    for _ in range(10):
        assert collected(desk, items)[-1] == 2
    assert len(set(seen)) <= 2
    assert all(one == other for one, other in zip(seen[::2], seen[1::2], strict=True))


def test_who_waits_too_long_is_told_and_the_work_is_closed(desk: Desk):
    closed, go = threading.Event(), threading.Event()

    def slow() -> Iterator[int]:
        try:
            go.wait(60)
            yield 1
        finally:
            closed.set()

    with pytest.raises(TooLate, match="no answer in"):
        collected(desk, slow, seconds=0.05)
    go.set()
    assert closed.wait(60)


def test_who_goes_away_closes_the_work(desk: Desk):
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
                time.sleep(0.001)
        finally:
            closed.set()

    async def run() -> None:
        stream = desk.latest(endless, seconds=30)
        async for _ in stream:
            break
        await stream.aclose()

    asyncio.run(run())
    assert closed.wait(60)
