"""The first hundred bytes of a case file, read before SQLite is let near it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from facet.case.schema import APPLICATION_ID, MAJOR
from facet.core.errors import EnvironmentLacksError, InputError

MAGIC = b"SQLite format 3\0"
LENGTH = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What the file says of itself: page size and pages in bytes and number, and the format's version."""

    page_size: int
    pages: int
    major: int
    minor: int


def read_header(path: Path) -> Header:
    """Look at ``path`` without SQLite. Raises ``InputError`` for all that is not a case this program can open."""
    content = _first_bytes(path)
    if not content:
        raise InputError("{name} is empty (0 bytes), not a case. Take it from a backup.", name=path.name)
    if not content.startswith(MAGIC):
        raise InputError("{name} is not a Facet case. Choose a .facet file.", name=path.name)
    if len(content) < LENGTH:
        raise InputError(
            "{name} is cut off after {count} bytes. Take it from a backup.", name=path.name, count=len(content)
        )
    (application_id,) = struct.unpack_from(">I", content, 68)
    (version,) = struct.unpack_from(">I", content, 60)
    if application_id != APPLICATION_ID:
        raise InputError(
            "{name} is a database of another program, not a Facet case. Choose a .facet file.", name=path.name
        )
    major, minor = version >> 16, version & 0xFFFF
    if major > MAJOR:
        raise InputError(
            "{name} was written by a newer Facet (format {major}.{minor}). Open it with that version.",
            name=path.name, major=major, minor=minor,
        )  # fmt: skip
    if major < MAJOR:
        raise InputError(
            "{name} states no known format version ({version}). Take it from a backup.", name=path.name, version=version
        )
    if content[18:20] != b"\x01\x01" or path.with_name(path.name + "-wal").exists():
        raise InputError(
            "{name} was switched to a write-ahead log, which Facet never does. Another program changed it; "
            "take the case from a backup.",
            name=path.name,
        )
    (page_size,) = struct.unpack_from(">H", content, 16)
    (pages,) = struct.unpack_from(">I", content, 28)
    return Header(page_size=65536 if page_size == 1 else page_size, pages=pages, major=major, minor=minor)


def _first_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError("{name} is a folder, not a case. Choose a .facet file.", name=path.name)
        if not path.is_file():
            raise InputError("There is no case {path}. Check the name.", path=str(path))
        with path.open("rb") as stream:
            return stream.read(LENGTH)
    except PermissionError:
        raise InputError("{name} may not be read. Ask for permission to read it.", name=path.name) from None
    except ValueError:
        raise InputError("«{path}» can't be the name of a file.", path=repr(str(path))) from None
    except OSError as error:
        raise EnvironmentLacksError(
            "{name} can't be read: {reason}. Check the disk.", name=path.name, reason=error.strerror or str(error)
        ) from error
