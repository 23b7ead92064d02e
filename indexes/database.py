"""One SQLite file: a connection for each thread, transactions for writing, snapshots for reading."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import schema
from .schema import translated

BUSY_MS = 2_000  # a reader never waits; a second writer has been turned away by the lock before it gets here


class Database:
    """One catalogue file, opened. Threads may share it. Close it, or use it in `with`."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._read_only = read_only
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._guard = threading.Lock()
        with translated(path):
            self.recipe, self.index_id = schema.check(self._connection, path)

    def close(self) -> None:
        """Close the connections of every thread."""
        with self._guard:
            while self._connections:
                self._connections.popitem()[1].close()
            self._local = threading.local()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside sees one state; nests."""
        with translated(self.path):
            connection = self._connection
            if connection.in_transaction:
                yield
                return
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.execute("ROLLBACK")

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = schema.connect(self.path, read_only=self._read_only, busy_ms=BUSY_MS)
            self._local.connection = connection
            with self._guard:
                for thread in [t for t in self._connections if not t.is_alive()]:
                    self._connections.pop(thread).close()
                self._connections[threading.current_thread()] = connection
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing. For the modules that hold SQL."""
        with translated(self.path):
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, arguments: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query. For the modules that hold SQL."""
        with translated(self.path):
            for row in self._connection.execute(query, arguments):  # noqa: UP028  `yield from` closes what close() has closed
                yield row

    def rows_in(self, query: str, numbers: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """The rows of a query with `IN ({})`, asked in portions, as SQLite bounds the number of arguments."""
        for i in range(0, len(numbers), 500):
            portion = tuple(int(n) for n in numbers[i : i + 500])
            yield from self.rows(query.format(", ".join("?" * len(portion))), portion)

    def value(self, query: str) -> Any:
        """The first column of the first row of a query."""
        return next(self.rows(query))[0]
