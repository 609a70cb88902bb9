"""A bag (BagIt, RFC 8493) compared with its manifests. Nothing outside it is opened, nothing is followed."""

from __future__ import annotations

import hashlib
import re
import stat
import unicodedata
from functools import partial
from pathlib import Path
from typing import Callable, Iterable

from facet.export.standalone.findings import N_, Findings, Refused, printed

MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
DECLARATION = re.compile(r"BagIt-Version: (0\.97|1\.0)\nTag-File-Character-Encoding: UTF-8\n?")
MOST_FILES = 200_000
LARGEST_TAG_FILE = 64 << 20
"""Bytes. A package has a manifest line of some 100 bytes for each file."""
PIECE = 1 << 20


def examine_bag(folder: Path, findings: Findings) -> dict[str, str]:
    """Compare every file with the manifests: digests by path (``data/case.facet``) of those that are well.

    Raises :class:`Refused` for what is no bag, or one that could reach out of its folder.
    """
    sizes = files_of(folder)
    if not DECLARATION.fullmatch(tag_text(folder, "bagit.txt", sizes)):
        raise Refused("bag", N_("bagit.txt does not say what a bag says. This is not a package of Facet."))
    if "fetch.txt" in sizes:
        raise Refused("bag", N_("The bag wants files fetched from elsewhere (fetch.txt). Nothing is fetched."))
    told = _manifest(folder, MANIFEST, sizes, payload=True)
    told_tags = _manifest(folder, TAG_MANIFEST, sizes, payload=False)
    own = {TAG_MANIFEST}
    wanted = {**told, **told_tags}
    for path in sorted(set(wanted) - set(sizes)):
        findings.bad(path, "bag", N_("{place} is missing, although a manifest names it."), place=path)
    for path in sorted(set(sizes) - set(wanted) - own):
        findings.bad(path, "bag", N_("{place} is named by no manifest: it was slipped in."), place=path)
    well: dict[str, str] = {}
    done, total = 0, sum(sizes.values())
    for path in sorted(set(sizes) & set(wanted)):
        findings.say(done, total, path)
        digest = digest_of(folder / path, partial(_read_on, findings, done, total))
        done += sizes[path]
        if digest == wanted[path]:
            well[path] = digest
        else:
            findings.bad(path, "bag", N_("{place} differs from its digest in the manifest."), place=path)
    _oxum(folder, sizes, findings)
    if not findings.failed:
        findings.well("", "bag", N_("All {count} files of the bag have their digests."), count=len(wanted))
    return well


def files_of(folder: Path) -> dict[str, int]:
    """Size in bytes of every file below ``folder``, by its path with ``/``. Raises :class:`Refused` for links, devices
    and names that no package has."""
    try:
        if not stat.S_ISDIR(folder.stat().st_mode):
            raise Refused("bag", N_("{name} is not a folder. Name the folder of the bag."), name=folder)
        return _walked(folder)
    except OSError as error:
        raise Refused("bag", N_("{name} can't be read: {reason}."), name=folder, reason=error.strerror) from None


def _walked(folder: Path) -> dict[str, int]:
    sizes: dict[str, int] = {}
    folders = [""]
    while folders:
        inside = folders.pop()
        for entry in (folder / inside).iterdir():
            path = inside + "/" + entry.name if inside else entry.name
            check_path(path)
            status = entry.lstat()
            if stat.S_ISDIR(status.st_mode):
                folders.append(path)
            elif stat.S_ISREG(status.st_mode):
                sizes[path] = status.st_size
            else:
                raise Refused("bag", N_("{place} is a link or a device. A package holds files alone."), place=path)
            if len(sizes) + len(folders) > MOST_FILES:
                raise Refused("bag", N_("The bag holds more than {most} files."), most=MOST_FILES)
    refuse_twins(sizes)
    return sizes


def check_path(path: str) -> None:
    """Raise :class:`Refused` for a path that leads out of the bag, or that some system reads as another."""
    steps = path.split("/")
    strange = any(c in '\\:*?"<>|' or not c.isprintable() for c in path) or len(path) > 1000
    if strange or any(step in ("", ".", "..") or step != step.rstrip(". ") for step in steps):
        raise Refused("bag", N_("The bag names a file «{place}», which can't be in a package."), place=path)


def refuse_twins(paths: Iterable[str]) -> None:
    """Raise :class:`Refused` where two paths are one to some systems: they differ in case or coding alone."""
    seen: set[str] = set()
    for path in sorted(paths):
        key = unicodedata.normalize("NFC", path).casefold()
        if key in seen:
            raise Refused("bag", N_("The bag holds «{place}» twice."), place=path)
        seen.add(key)


def tag_text(folder: Path, name: str, sizes: dict[str, int]) -> str:
    """A text file of the bag itself. Raises :class:`Refused` where it is missing, too large or no text."""
    if name not in sizes:
        raise Refused("bag", N_("{place} is missing. This is not a package of Facet."), place=name)
    if sizes[name] > LARGEST_TAG_FILE:
        raise Refused("bag", N_("{place} is too large to be what it is called."), place=name)
    try:
        with (folder / name).open("rb") as stream:
            return stream.read(LARGEST_TAG_FILE + 1).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refused("bag", N_("{place} can't be read."), place=name) from None


def labels(folder: Path, sizes: dict[str, int]) -> dict[str, str]:
    """What ``bag-info.txt`` says, by label; the last of a label holds."""
    if "bag-info.txt" not in sizes:
        return {}
    lines = tag_text(folder, "bag-info.txt", sizes).splitlines()
    return {name: value.strip() for name, colon, value in (line.partition(":") for line in lines) if colon}


def one_line(text: str) -> str:
    """``text`` as a label of bag-info.txt can have it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def digest_of(path: Path, tell: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file; empty where it can't be read. ``tell`` is called with the bytes read so far."""
    digest, done = hashlib.sha256(), 0
    try:
        with path.open("rb") as stream:
            while True:
                piece = stream.read(PIECE)
                if not piece:
                    return digest.hexdigest()
                digest.update(piece)
                done += len(piece)
                if tell is not None:
                    tell(done)
    except OSError:
        return ""


def _read_on(findings: Findings, before: int, total: int, read: int) -> None:
    findings.say(before + read, total, "")


def _manifest(folder: Path, name: str, sizes: dict[str, int], *, payload: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in tag_text(folder, name, sizes).rstrip("\r\n").split("\n"):
        parts = re.fullmatch(r"([0-9a-fA-F]{64})[ \t]+\*?(\S.*?)\r?", line)
        if parts is None:
            raise Refused("bag", N_("{place} holds a line that is not a manifest's: «{line}»."), place=name, line=line)
        path = parts.group(2).replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
        check_path(path)
        if path.startswith("data/") is not payload or path == TAG_MANIFEST:
            raise Refused("bag", N_("{name} names «{place}», which is not for it to name."), name=name, place=path)
        if path in found:
            raise Refused("bag", N_("The bag holds «{place}» twice."), place=path)
        found[path] = parts.group(1).lower()
    refuse_twins(found)
    return found


def _oxum(folder: Path, sizes: dict[str, int], findings: Findings) -> None:
    """Compare the count and bytes of the payload with what bag-info.txt says, where it does."""
    told = labels(folder, sizes).get("Payload-Oxum")
    payload = [size for path, size in sizes.items() if path.startswith("data/")]
    if told is not None and told != f"{sum(payload)}.{len(payload)}":
        findings.bad("", "bag", N_("The bag holds {count} files of {size} bytes, not what bag-info.txt tells: {told}."),
                     count=len(payload), size=sum(payload), told=printed(told))  # fmt: skip
