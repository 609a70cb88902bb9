"""A file that appears whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from facet.core.errors import EnvironmentLacksError, FacetError, InputError


def write_whole(out: Path, content: bytes) -> None:
    """Write ``content`` to ``out``: beside it first, then in its place in one step. Replaces what was there. The
    file is its owner's alone.

    Raises ``InputError`` where the place is wrong and ``EnvironmentLacksError`` where the disk is.
    """
    draft: Path | None = None
    try:
        if out.is_dir():
            raise InputError("{out} is a folder. Name a file in it.", out=str(out))
        if not out.parent.is_dir():
            raise InputError(
                "There is no folder {folder}. Make it first, or choose another place.", folder=str(out.parent)
            )
        number, name = tempfile.mkstemp(dir=out.parent, prefix=".facet-", suffix=".part")
        draft = Path(name)
        with os.fdopen(number, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(out)
    except BaseException as error:
        if draft is not None:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _plain(out, error) from error
        raise


def _plain(out: Path, error: OSError) -> FacetError:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return InputError("{out} can't be written: no permission. Choose another place.", out=str(out))
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentLacksError("{out} can't be written: the disk is full. Make room and try again.", out=str(out))
    if error.errno == errno.ENAMETOOLONG:
        return InputError("{out} can't be written: the name is too long. Choose a shorter one.", out=str(out))
    return EnvironmentLacksError(
        "{out} can't be written: {reason}.", out=str(out), reason=error.strerror or type(error).__name__
    )
