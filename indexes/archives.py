"""Zip and gzip → what is packed in them, one file at a time and never on disk.

An archive says how large its members are and is held to it; one that says too much is not opened. Names are labels
here, but one that leads out of its folder, or that does not print, is not shown to anyone as a source.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from gzip import BadGzipFile, GzipFile
from io import BufferedReader, RawIOBase
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from .types import Skipped

MAX_ARCHIVE = 512 * 1024 * 1024  # bytes of an archive
MAX_UNPACKED = 1024 * 1024 * 1024  # bytes of all that an archive unpacks to
MAX_MEMBERS = 100_000  # each costs about a kilobyte to list
ENTRY = (
    b"PK\x01\x02"  # begins each entry of the directory; may stand in the data too, so there are never more
)
ENCRYPTED = 0x1
DAMAGE = (
    BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
)  # while a member is read


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive, open for reading."""

    name: str
    size: int  # bytes, unpacked
    stream: IO[bytes]


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive that is small enough to be read."""

    files: Iterator[Member | Skipped]  # in a stable order; hidden ones are passed over


@dataclass(slots=True)
class Room:
    """How many bytes may still be unpacked of an archive with all the archives in it."""

    left: int


def open_archive(source: str, stream: IO[bytes], size: int, room: Room) -> Archive | Skipped:
    """An archive for which there is room, which it then takes; or why it is not read."""
    if size > MAX_ARCHIVE:
        return Skipped(
            source, f"holds {size:,} bytes; at most {MAX_ARCHIVE:,} of an archive are read, unpack it"
        )
    if _count_entries(stream) > MAX_MEMBERS:
        return Skipped(source, f"lists more than {MAX_MEMBERS:,} files; unpack it and index the folder")
    try:
        archive = ZipFile(stream)
    except (BadZipFile, NotImplementedError, OSError, ValueError, OverflowError, struct.error) as error:
        return Skipped(source, f"is no zip archive that can be read: {error}")
    infos = [i for i in archive.infolist() if not i.filename.endswith("/") and not _is_hidden(i.filename)]
    unpacked = sum(info.file_size for info in infos)
    if unpacked > room.left:
        return Skipped(
            source,
            f"unpacks to {unpacked:,} bytes, where {room.left:,} may be read; unpack it and index the folder",
        )
    if not infos:
        return Skipped(source, "holds no files")
    room.left -= unpacked
    return Archive(_members(source, archive, infos))


def _members(source: str, archive: ZipFile, infos: list[ZipInfo]) -> Iterator[Member | Skipped]:
    with archive:
        for info in sorted(infos, key=lambda i: i.filename):
            yield from _open(source, archive, info)


def unzipped(stream: IO[bytes]) -> BufferedReader:
    """The content of a .gz file. Reading it raises one of DAMAGE when it is damaged, or has no end."""
    return BufferedReader(_Bounded(GzipFile(fileobj=stream), MAX_UNPACKED))


class _Bounded(RawIOBase):
    """A stream that does not give more than so many bytes."""

    def __init__(self, stream: GzipFile, most: int) -> None:
        self._stream = stream
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise BadGzipFile(f"it unpacks to more than {MAX_UNPACKED:,} bytes")
        buffer[: len(data)] = data
        return len(data)


def _open(source: str, archive: ZipFile, info: ZipInfo) -> Iterator[Member | Skipped]:
    place = f"{source}#{info.filename}"
    if not info.filename.isprintable():
        yield Skipped(f"{source}#{info.filename!a}", "its name holds characters that do not print; rename it")
    elif _leads_out(info.filename):
        yield Skipped(place, "its name leads out of the archive; such a file is not read")
    elif info.flag_bits & ENCRYPTED:
        yield Skipped(place, "is encrypted; pack it without a password")
    elif info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        yield Skipped(place, f"is compressed by method {info.compress_type}, which is not read; pack it anew")
    else:
        try:
            member = archive.open(info)
        except DAMAGE as error:
            yield Skipped(place, f"is damaged: {error}")
            return
        with member:
            yield Member(info.filename, info.file_size, member)


def _count_entries(stream: IO[bytes]) -> int:
    """No fewer than the archive lists: its directory is not read before it is known to be small enough."""
    count, tail = 0, b""
    stream.seek(0)
    while block := stream.read(1024 * 1024):
        count += (tail + block).count(ENTRY)
        tail = block[-3:]
    stream.seek(0)
    return count


def _is_hidden(name: str) -> bool:
    """Dot files, and the folder of copies of attributes that macOS puts in."""
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith(".") and part.strip(".") for part in parts) or parts[0] == "__MACOSX"


def _leads_out(name: str) -> bool:
    return ".." in name.replace("\\", "/").split("/") or name.startswith(("/", "\\")) or name[1:2] == ":"
