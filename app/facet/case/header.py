"""The first hundred bytes of a case file, read before SQLite is let near it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from facet.case.encryption import MARK, SALT, is_encrypted
from facet.case.schema import APPLICATION_ID, MAJOR, MINOR, PAGE_SIZE
from facet.core.errors import EnvironmentLacksError, InputError

MAGIC = b"SQLite format 3\0"
LENGTH = 100
_FIXED = {16: b"\x20\x00\x01\x01\x00\x40\x20\x20", 44: b"\0\0\0\x04", 52: b"\0\0\0\0\0\0\0\x01", 64: b"\0\0\0\0"}
"""What never differs between two cases: page size and rollback journal; schema format; no vacuum, UTF-8."""


class DamagedCase(InputError):  # noqa: N818  # an answer where the question is whether the case is whole
    """A case file that is damaged or was altered so far that it can't be used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What the file says of itself: its length in pages, and the format's version. An encrypted one tells only the
    ``salt`` of its key before it is opened; its version is then 0.0."""

    pages: int
    major: int
    minor: int
    salt: bytes | None = None


def read_header(path: Path) -> Header:
    """Look at ``path`` without SQLite.

    Raises ``InputError`` for all that is not a case this program can open, :class:`DamagedCase` if it once was one.
    """
    content = _first_bytes(path)
    _look_beside(path)
    if not content:
        raise InputError("{name} is empty (0 bytes), not a case. Take it from a backup.", name=path.name)
    if is_encrypted(content):
        return _encrypted(path)
    if not content.startswith(MAGIC):
        raise InputError("{name} is not a Facet case. Choose a .facet file.", name=path.name)
    if len(content) < LENGTH:
        raise DamagedCase(
            "{name} is cut off: only {have} bytes are there. Take it from a backup.", name=path.name, have=len(content)
        )
    (version,) = struct.unpack_from(">I", content, 60)
    (application_id,) = struct.unpack_from(">I", content, 68)
    major, minor = check_identity(path.name, application_id=application_id, version=version)
    fixed = all(content[place : place + len(value)] == value for place, value in _FIXED.items())
    if not fixed or path.with_name(path.name + "-wal").exists():
        raise foreign_setup(path.name)
    (pages,) = struct.unpack_from(">I", content, 28)
    return Header(pages=pages, major=major, minor=minor)


def check_identity(name: str, *, application_id: int, version: int) -> tuple[int, int]:
    """Major and minor version of the case ``name`` by what stands in its header. Raises ``InputError`` for another
    program's file and a newer version."""
    if application_id != APPLICATION_ID:
        raise InputError("{name} is another program's database. Choose a .facet file.", name=name)
    major, minor = version >> 16, version & 0xFFFF
    if (major, minor) > (MAJOR, MINOR):
        raise InputError(
            "{name} was written by a newer Facet (format {major}.{minor}). Open it with that version.",
            name=name, major=major, minor=minor,
        )  # fmt: skip
    if major < MAJOR:
        raise foreign_setup(name)
    return major, minor


def foreign_setup(name: str) -> DamagedCase:
    """What is said of a file with the marks of a case that is not set up as one."""
    return DamagedCase(
        "{name} was changed by another program or is damaged: it is not set up as Facet sets up a case. "
        "Take it from a backup.",
        name=name,
    )


def _look_beside(path: Path) -> None:
    """Raise ``InputError`` where a pipe, folder or device has the name of the undo log: SQLite would wait for it."""
    journal = path.with_name(path.name + "-journal")
    if journal.exists() and not journal.is_file():
        raise InputError(
            "{journal} beside {name} is no undo log, nor any file at all. Take it away, and open the case again.",
            journal=journal.name, name=path.name,
        )  # fmt: skip


def _encrypted(path: Path) -> Header:
    """Of a file that begins as an encrypted case does."""
    size = path.stat().st_size
    if size < PAGE_SIZE:
        raise DamagedCase(
            "{name} is cut off: only {have} bytes are there. Take it from a backup.", name=path.name, have=size
        )
    if path.with_name(path.name + "-wal").exists():
        raise foreign_setup(path.name)
    with path.open("rb") as stream:
        return Header(pages=size // PAGE_SIZE, major=0, minor=0, salt=stream.read(SALT))


def is_encrypted_case(path: Path) -> bool:
    """Whether the file begins as an encrypted case does; not where it can't be read."""
    try:
        with path.open("rb") as stream:
            return is_encrypted(stream.read(len(MARK)))
    except (OSError, ValueError):
        return False


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
