"""Where the footage is: outside the case, found again by path, name and digest. It is a file, or a folder of numbered
pictures, whose size is that of its pictures and whose time is that of the newest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from facet.case.rows import FootageRow
from facet.core.digest import sha256_file
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.i18n import _
from facet.core.image_folder import folder_digests, is_image_folder, list_images
from facet.core.progress import SILENT, Progress

TOLERANCE = 2.0
"""Seconds by which a file's time may differ and count as the same: FAT keeps it to two."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FootageCheck:
    """Whether a file of footage is what was ingested. ``ok`` is True only where it was found and agrees; ``full`` where
    its digest was taken (else only size and time were looked at). ``message`` is for people."""

    exhibit: str
    found: bool
    ok: bool
    full: bool
    path: Path | None
    message: str


def modified_utc(path: Path) -> str:
    """When footage was last changed, as the case keeps it: UTC, ISO 8601, microseconds, ``Z``. Raises ``OSError``,
    ``InputError`` for a folder without numbered pictures."""
    files = list_images(path).paths if is_image_folder(path) else (path,)
    moment = datetime.fromtimestamp(max(file.stat().st_mtime for file in files), UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def stored_path(path: Path, case: Path) -> str:
    """``path`` as the case keeps it: relative to the case's folder with ``/``, absolute where there is no such way.

    A name that is not text in any encoding keeps its odd bytes as escapes.
    """
    target, folder = path.resolve(), case.resolve().parent
    try:
        text = Path(os.path.relpath(target, folder)).as_posix()
    except ValueError:  # another drive
        text = target.as_posix()
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def locate(row: FootageRow, case: Path, folder: Path | None = None, progress: Progress = SILENT) -> Path:
    """The file of ``row``: in ``folder`` if that is given, else where the case says. Not yet compared with its digest.

    Raises ``InputError`` for a folder that is none, ``EnvironmentLacksError`` when the file is nowhere.
    """
    if folder is not None and not folder.is_dir():
        raise InputError("{folder} is not a folder. Name the folder that holds the footage.", folder=str(folder))
    for candidate in _candidates(row, case, folder):
        if _size(candidate) is not None:
            return candidate
    if folder is not None:
        for candidate in _listed(folder):
            if _size(candidate) == row.size and _digest(candidate, progress) == row.sha256:
                return candidate  # renamed
    raise EnvironmentLacksError(
        "Footage {exhibit} ({name}) was not found. Say where it is now: facet relink CASE {exhibit} PATH.",
        exhibit=row.id, name=row.name,
    )  # fmt: skip


def identify(row: FootageRow, place: Path, progress: Progress = SILENT) -> Path:
    """The footage of ``row`` at ``place`` or in the folder ``place``, by its digest and nothing else.

    Raises ``InputError`` where nothing there has that digest, or there is nothing.
    """
    try:
        if not place.exists() and not is_image_folder(place):
            raise InputError("There is nothing at {path}. Check the name.", path=str(place))
        inside = _listed(place) if place.is_dir() else []
    except OSError as error:
        raise InputError(
            "{path} can't be read: {reason}. Ask for access, or bring the footage elsewhere.",
            path=str(place), reason=error.strerror or str(error),
        ) from error  # fmt: skip
    looked_at = 0
    for candidate in (place, *sorted(inside, key=lambda path: path.name != row.name)):
        if _size(candidate) == row.size:
            looked_at += 1
            if _digest(candidate, progress) == row.sha256:
                return candidate
    if place.is_dir():
        raise InputError(
            "No file in {folder} is footage {exhibit}: none has its SHA-256 {digest} ({count} have its size). Nothing "
            "was recorded; name the file that was ingested.",
            folder=str(place), exhibit=row.id, digest=row.sha256, count=looked_at,
        )  # fmt: skip
    raise InputError(
        "{path} is not footage {exhibit}: its SHA-256 is not {digest}. Nothing was recorded; name the file that was "
        "ingested.",
        path=str(place), exhibit=row.id, digest=row.sha256,
    )  # fmt: skip


def check(
    row: FootageRow, case: Path, *, full: bool, folder: Path | None = None, progress: Progress = SILENT
) -> FootageCheck:
    """Compare the file of ``row`` with what was ingested: its digest if ``full``, else size and time."""
    try:
        path = locate(row, case, folder, progress)
    except EnvironmentLacksError:
        message = _("The file {name} was not found; its digest was not compared.").format(name=row.name)
        return FootageCheck(exhibit=row.id, found=False, ok=False, full=False, path=None, message=message)
    try:
        size = _bytes(path)
        if size != row.size:
            message = _("{name} has {size} bytes instead of {wanted}: it is not what was ingested.")
            ok = False
        elif full:
            ok = _sha256(path, progress) == row.sha256
            message = (
                _("{name} has the digest it was ingested with.")
                if ok
                else _("The digest of {name} differs: it is not what was ingested.")
            )
        else:
            ok = _same_time(modified_utc(path), row.modified)
            message = (
                _("{name} has the size and time it was ingested with.")
                if ok
                else _("The modification time of {name} is not that at ingest; its digest decides.")
            )
    except (OSError, InputError) as error:
        reason = error.strerror if isinstance(error, OSError) else error.localised(_)
        message = _("{name} can't be read: {reason}.").format(name=row.name, reason=reason)
        return FootageCheck(exhibit=row.id, found=True, ok=False, full=full, path=path, message=message)
    text = message.format(name=row.name, size=size, wanted=row.size)
    return FootageCheck(exhibit=row.id, found=True, ok=ok, full=full or size != row.size, path=path, message=text)


def _candidates(row: FootageRow, case: Path, folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder / row.name
        yield folder / row.path
    else:
        yield case.parent / row.path
        yield case.parent / row.name


def _size(path: Path) -> int | None:
    """Bytes of footage; None where none is, or none can be seen: a folder bars the way, the name can't be one."""
    try:
        return _bytes(path) if path.is_file() or is_image_folder(path) else None
    except (OSError, InputError):
        return None


def _bytes(path: Path) -> int:
    return list_images(path).size if is_image_folder(path) else path.stat().st_size


def _sha256(path: Path, progress: Progress) -> str:
    return folder_digests(list_images(path), progress).sha256 if is_image_folder(path) else sha256_file(path, progress)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise InputError(
            "{folder} can't be read: {reason}. Ask for access, or name another folder.",
            folder=str(folder), reason=error.strerror or str(error),
        ) from error  # fmt: skip


def _digest(path: Path, progress: Progress) -> str | None:
    try:
        return _sha256(path, progress)
    except (OSError, InputError):
        return None


def _same_time(first: str, second: str) -> bool:
    try:
        apart = datetime.fromisoformat(first) - datetime.fromisoformat(second)
    except (TypeError, ValueError):
        return False
    return abs(apart.total_seconds()) <= TOLERANCE
