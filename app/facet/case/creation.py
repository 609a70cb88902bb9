"""Making a case file: whole at its name, or not there at all."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from facet.case import recording, text
from facet.case.connecting import create_file
from facet.case.encryption import CaseKey
from facet.case.failures import explain
from facet.case.lock import WriterLock
from facet.case.recording import Recording
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.i18n import N_


def create_case(
    path: Path, *, number: str, examiner: str, agency: str, title: str, facet: str, passphrase: str | None
) -> None:
    """Write a new case with its first journal entry, encrypted if there is a ``passphrase``. ``facet`` is the version
    that writes.

    Raises ``InputError`` where the name is taken, the folder is missing or bars writing, or a text can't be kept.
    """
    number = text.line(number, lacking=N_("The case number is missing. Give the case a number."))
    examiner = text.line(examiner, lacking=text.NO_EXAMINER)
    agency, title = text.line(agency), text.line(title)
    key = None if passphrase is None else CaseKey.new(passphrase)
    with new_file(path, examiner, key) as connection:
        identity = secrets.token_hex(16)
        writing = Recording(connection, examiner)
        recording.record_case(writing, number=number, title=title, agency=agency, identity=identity, facet=facet)


@contextlib.contextmanager
def new_file(path: Path, examiner: str, key: CaseKey | None = None) -> Iterator[Connection]:
    """A connection to an empty case, with a transaction open, that is named ``path`` when the block ends well and is
    gone when it does not. Raises ``InputError`` where the name is taken, the folder is missing or bars writing."""
    if "\0" in str(path):
        raise InputError("«{path}» can't be the name of a file.", path=repr(str(path)))
    if not path.parent.is_dir():
        raise InputError("There is no folder {folder}. Make it first.", folder=str(path.parent))
    if os.path.lexists(path):
        raise _taken(path)
    lock = WriterLock(path)
    lock.take(examiner)
    clear_drafts(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    try:
        connection = create_file(draft, key)
        try:
            yield connection
            connection.commit()
        finally:
            connection.close()
            connection.engine.dispose()
        _publish(draft, path)
    except DBAPIError as error:
        raise explain(error, path) from error
    except OSError as error:
        raise EnvironmentLacksError(
            "{name} can't be made: {reason}. Choose another folder.",
            name=path.name,
            reason=error.strerror or str(error),
        ) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()
        lock.release()


def clear_drafts(path: Path) -> None:
    """Take away what programs left that were killed while they made ``path``. Only for whoever holds its lock."""
    form = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{16}}\.new(-journal)?")
    with contextlib.suppress(OSError):
        for draft in path.parent.iterdir():
            if form.fullmatch(draft.name):
                draft.unlink()


def _publish(draft: Path, path: Path) -> None:
    """Give the finished file its name, never over another file."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise _taken(path) from None
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            raise _taken(path) from None
        draft.rename(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _taken(path: Path) -> InputError:
    return InputError("{name} already exists. Choose another name, or open it.", name=path.name)
