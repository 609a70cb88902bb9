"""Attacks on the bytes of the file, by somebody who does not ask SQLite."""

from __future__ import annotations

import random
import sqlite3
import struct
from pathlib import Path

from case.attacks.attacked_case import Attacked
from case.tampering import flip, places

PAGE = 8192
_SECTOR = 512
_LOG = bytes.fromhex("d9d505f920a163d7")
"""The first bytes of SQLite's undo log."""
BLOBS = (
    *((table, "png") for table in ("frames", "crops", "outputs", "companions")),
    *((table, "record") for table in ("case_facts", "footage", "frames", "crops", "outputs", "remarks", "companions")),
    ("seals", "record"),
    ("outputs", "receipt"),
    ("indexes", "content"),
    ("journal", "entry"),
)


def bits_anywhere(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A few bits of the file."""
    count = chance.choice((1, 2, 8, 64))
    size = path.stat().st_size
    for _ in range(count):
        flip(path, chance.randrange(size), 1 << chance.randrange(8))
    return f"{count} bits"


def bits_in_used_pages(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A bit of the part of a page that holds cells."""
    page, first = chance.choice(_cells(path))
    place = (page - 1) * PAGE + chance.randrange(first, PAGE)
    flip(path, place, 1 << chance.randrange(8))
    return f"page {page}, byte {place}"


def a_bit_in_what_is_kept(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A bit of a record, an entry, a receipt or a picture."""
    table, column = chance.choice(BLOBS)
    with sqlite3.connect(path) as connection:
        held = connection.execute(f"SELECT {column} FROM {table} ORDER BY seq").fetchall()
    connection.close()
    content = chance.choice(held)[0]
    flip(path, chance.choice(places(path, content)), 1 << chance.randrange(8))
    return f"{table}.{column}"


def bits_in_headers(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A bit of the file's header, or of a page's with its list of cells."""
    if chance.random() < 0.3:
        place = chance.randrange(100)
    else:
        page, _first = chance.choice(_cells(path))
        place = (page - 1) * PAGE + (100 if page == 1 else 0) + chance.randrange(24)
    flip(path, place, 1 << chance.randrange(8))
    return f"byte {place}"


def overwritten_run(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A run of bytes, by zeros, ones or noise."""
    size = path.stat().st_size
    begin, length = chance.randrange(size), chance.choice((2, 16, 300, 9000))
    length = min(length, size - begin)
    fill = chance.choice((b"\0" * length, b"\xff" * length, chance.randbytes(length)))
    _write(path, begin, fill)
    return f"{length} bytes at {begin}"


def page_of_zeros(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A page."""
    page = chance.randrange(_pages(path))
    _write(path, page * PAGE, b"\0" * PAGE)
    return f"page {page + 1}"


def pages_swapped(path: Path, chance: random.Random, _of: Attacked) -> str:
    """Two pages change places."""
    one, other = chance.sample(range(_pages(path)), 2)
    first, second = _page(path, one), _page(path, other)
    _write(path, one * PAGE, second)
    _write(path, other * PAGE, first)
    return f"pages {one + 1} and {other + 1}"


def page_over_another(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A page is copied over another."""
    one, other = chance.sample(range(_pages(path)), 2)
    _write(path, other * PAGE, _page(path, one))
    return f"page {one + 1} over {other + 1}"


def older_page(path: Path, chance: random.Random, of: Attacked) -> str:
    """A page as it was in an older copy of the case."""
    older = chance.choice(of.older)
    changed = [n for n in range(_pages(older)) if _page(older, n) != _page(path, n)]
    page = chance.choice(changed)
    _write(path, page * PAGE, _page(older, page))
    return f"page {page + 1} of {older.name}"


def cut_file(path: Path, chance: random.Random, _of: Attacked) -> str:
    """The end of the file, with the header saying so or not."""
    pages = chance.randrange(1, _pages(path))
    with path.open("r+b") as stream:
        stream.truncate(pages * PAGE - chance.choice((0, 1, 4000)))
    if chance.random() < 0.5:
        _write(path, 28, struct.pack(">I", pages))
    return f"{pages} pages"


def grown_file(path: Path, chance: random.Random, _of: Attacked) -> str:
    """Bytes after the end, with the header saying so or not."""
    length = chance.choice((1, 100, PAGE, 5 * PAGE))
    pages = _pages(path)
    with path.open("ab") as stream:
        stream.write(chance.randbytes(length))
    if length >= PAGE and chance.random() < 0.7:
        _write(path, 28, struct.pack(">I", pages + length // PAGE))
    return f"{length} bytes"


def forged_undo_log(path: Path, chance: random.Random, of: Attacked) -> str:
    """A file beside the case that SQLite takes for the log of a killed writer, and that «undoes» a page."""
    pages = _pages(path)
    older = chance.choice(of.older)
    page = chance.choice([n for n in range(_pages(older)) if _page(older, n) != _page(path, n)])
    content = bytearray(chance.choice((_page(older, page), _page(path, page))))
    content[chance.randrange(PAGE)] ^= 1 << chance.randrange(8)
    _log(path, pages, {page: bytes(content)})
    return f"page {page + 1} like {older.name}"


def older_copy_by_undo_log(path: Path, chance: random.Random, of: Attacked) -> str:
    """A log that turns the case into an older copy of itself."""
    older = chance.choice(of.older)
    _log(path, _pages(older), {n: _page(older, n) for n in range(_pages(older)) if _page(older, n) != _page(path, n)})
    return older.name


def _log(path: Path, pages: int, undone: dict[int, bytes]) -> None:
    header = struct.pack(">8sIIIII", _LOG, len(undone), 0, pages, _SECTOR, PAGE)
    parts = [header.ljust(_SECTOR, b"\0")]
    for number, content in undone.items():
        check = sum(content[place] for place in range(PAGE - 200, 0, -200))
        parts.append(struct.pack(">I", number + 1) + content + struct.pack(">I", check))
    path.with_name(path.name + "-journal").write_bytes(b"".join(parts))


def _pages(path: Path) -> int:
    return path.stat().st_size // PAGE


def _page(path: Path, number: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(number * PAGE)
        return stream.read(PAGE)


def _write(path: Path, place: int, content: bytes) -> None:
    with path.open("r+b") as stream:
        stream.seek(place)
        stream.write(content)


def _cells(path: Path) -> list[tuple[int, int]]:
    """Pages that hold rows or look-ups, and where in each the content begins. Overflow pages hold it throughout."""
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("SELECT pageno, pagetype FROM dbstat").fetchall()
    finally:
        connection.close()
    told = []
    for page, kind in found:
        offset = 100 if page == 1 else 0
        begin = struct.unpack_from(">H", _page(path, page - 1), offset + 5)[0] if kind != "overflow" else 0
        told.append((page, begin or (0 if kind == "overflow" else PAGE - 1)))
    return told
