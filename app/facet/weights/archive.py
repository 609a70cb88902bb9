"""The pinned archive, read: one named file at a time into memory, nothing unpacked, nothing executed."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from facet.core.digest import sha256_bytes
from facet.core.errors import InputError
from facet.weights.card import Member


def read_member(archive: Path, member: Member) -> bytes:
    """The content of ``member``, which must have the size and digest the card states.

    No more than that size is ever read, so that an archive can't swell. Raises ``InputError``.
    """
    try:
        with zipfile.ZipFile(archive) as file, file.open(member.path) as stream:
            content = stream.read(member.size + 1)
    except (OSError, ValueError, KeyError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error):
        raise InputError(
            "{archive}: the file {member} can't be read from it; the archive is not the pinned one, or damaged. "
            "Nothing of it was installed.",
            archive=archive.name,
            member=member.path,
        ) from None
    if len(content) != member.size or sha256_bytes(content) != member.sha256:
        raise InputError(
            "{archive}: the file {member} in it is not the one the model card names (SHA-256 differs). "
            "Nothing of it was installed.",
            archive=archive.name,
            member=member.path,
        )
    return content
