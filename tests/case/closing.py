"""The same cases, encrypted: while this is on, every case that a test makes or opens has one passphrase.

The key is made with few rounds and always the same salt, so that a thousand openings cost nothing; that the
program's own key is SQLCipher's is tested by itself.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from facet.case import Case, encryption, is_encrypted_case
from facet.case.encryption import MARK, SALT, CaseKey

PASSPHRASE = "정답 horse battery staple"
SWITCH = "FACET_TEST_CLOSED"
REFUSED: tuple[type[Exception], ...] = (sqlite3.DatabaseError,)
try:
    import sqlcipher3

    REFUSED += (sqlcipher3.DatabaseError,)
except ImportError:  # where there are no encrypted cases
    sqlcipher3 = None

_MAKE, _OPEN = Case.create.__func__, Case.open.__func__


def close_cases(patch: Any = setattr) -> None:
    """Turn it on; ``patch`` is ``MonkeyPatch.setattr`` or for good."""

    def create(cls: type[Case], path: Path, **given: Any) -> Case:
        return _MAKE(cls, path, **{"passphrase": PASSPHRASE, **given})

    def open_(cls: type[Case], path: Path, **given: Any) -> Case:
        return _OPEN(cls, path, **{"passphrase": PASSPHRASE, **given})

    patch(Case, "create", classmethod(create))
    patch(Case, "open", classmethod(open_))
    patch(CaseKey, "new", classmethod(lambda cls, passphrase: cls.of(passphrase, MARK + bytes(SALT - len(MARK)))))
    patch(encryption, "ITERATIONS", 1000)


def raw(path: Path, **options: Any) -> Any:
    """The file by a database tool that has the passphrase."""
    if not is_encrypted_case(path):
        return sqlite3.connect(path, **options)
    connection = sqlcipher3.connect(str(path), **options)
    with path.open("rb") as stream:
        key = CaseKey.of(PASSPHRASE, stream.read(SALT))
    for pragma in key.pragmas(8192):
        connection.execute(f"PRAGMA {pragma}")
    return connection


if os.environ.get(SWITCH):  # in a program that a test started
    close_cases()
