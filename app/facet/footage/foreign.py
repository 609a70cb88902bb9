"""What a file is that is no footage: one line that names it and says what to try."""

from __future__ import annotations

from pathlib import Path

from facet.core.errors import InputError
from facet.core.i18n import N_

PLAYER = N_(
    "{name}: this is most likely an export by {maker}, which only the maker's own program reads; it is usually "
    "exported beside the footage. Save the footage as AVI or MP4 with it, without coding it anew, and open that."
)
ARCHIVE = N_("{name}: this is an archive ({kind}). Unpack it and open the footage in it.")
PROGRAM = N_(
    "{name}: this is a program, such as a self-playing export; Facet starts no evidence. Run it on a machine kept for "
    "that, save the footage as AVI or MP4 without coding it anew, and open that."
)
DOCUMENT = N_("{name}: this is a document ({kind}), no footage. Choose a video or picture file.")
IMAGE = N_(
    "{name}: this is an image of a disk ({kind}). Take the footage out of it with a forensic tool and open that."
)
DATABASE = N_("{name}: this is a database, such as a Facet case, no footage. Choose a video or picture file.")
TEXT = N_("{name}: this is text, not a video or picture. Choose another file.")
UNKNOWN = N_(
    "{name}: not a video or picture that Facet can read. If a recorder exported it, a program to play it is usually "
    "beside it: save as AVI or MP4 with that, or choose another file."
)

SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"PK\x03\x04", ARCHIVE, "ZIP"),
    (0, b"Rar!\x1a\x07", ARCHIVE, "RAR"),
    (0, b"7z\xbc\xaf\x27\x1c", ARCHIVE, "7-Zip"),
    (0, b"\x1f\x8b", ARCHIVE, "gzip"),
    (0, b"BZh", ARCHIVE, "bzip2"),
    (0, b"\xfd7zXZ\0", ARCHIVE, "xz"),
    (257, b"ustar", ARCHIVE, "tar"),
    (0, b"MSCF\0\0\0\0", ARCHIVE, "CAB"),
    (0, b"MZ", PROGRAM, ""),
    (0, b"\x7fELF", PROGRAM, ""),
    (0, b"%PDF-", DOCUMENT, "PDF"),
    (0, b"{\\rtf", DOCUMENT, "RTF"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DOCUMENT, "Microsoft Office"),
    (0, b"SQLite format 3\0", DATABASE, ""),
    (0, b"EVF\x09\x0d\x0a\xff\0", IMAGE, "EnCase"),
    (0, b"EVF2\x0d\x0a\x81\0", IMAGE, "EnCase"),
    (0x8001, b"CD001", IMAGE, "ISO 9660"),
    (512, b"EFI PART", IMAGE, "GPT"),
    (512, b"HIKVISION@HANGZHOU", IMAGE, "Hikvision"),
    (0, b"WFS0.", IMAGE, "WFS"),
)
"""Place, bytes, what is said, and what fills it."""

SUFFIXES = {
    ".g64": "Genetec", ".g64x": "Genetec", ".ave": "Avigilon", ".avk": "Avigilon", ".sec": "Samsung or Hanwha",
    ".ssf": "Samsung or Hanwha", ".pqz": "Milestone", ".me4": "March Networks", ".par": "Dedicated Micros",
    ".dav": "Dahua", ".hik": "Hikvision", ".exb": "Exacq", ".ntz": "NICE Vision",
}  # fmt: skip
"""Makers by the endings of their recorders' exports; a name proves nothing, so the message says «most likely»."""

HEAD = 0x8001 + 5
"""Bytes that must be looked at."""


def is_foreign(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is something else than footage."""
    return any(head[place : place + len(signature)] == signature for place, signature, _, _ in SIGNATURES)


def refusal(path: Path, name: str) -> InputError:
    """What to say of a file that no demuxer takes."""
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError:
        head = b""
    for place, signature, text, filling in SIGNATURES:
        if head[place : place + len(signature)] == signature:
            return InputError(text, name=name, kind=filling, maker=filling)
    if _text(head):
        return InputError(TEXT, name=name)
    if head.startswith(b"IMKH"):
        return InputError(PLAYER, name=name, maker="Hikvision")
    if (maker := SUFFIXES.get(path.suffix.lower())) is not None:
        return InputError(PLAYER, name=name, maker=maker)
    return InputError(UNKNOWN, name=name)


def _text(head: bytes) -> bool:
    if not head or b"\0" in head:
        return head.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0\0" not in head[:64]
    try:
        words = head.decode("utf-8", "strict" if len(head) < HEAD else "ignore")
    except UnicodeDecodeError:
        return False
    return sum(letter.isprintable() or letter in "\r\n\t\x1b\f" for letter in words) > 0.95 * len(words)
