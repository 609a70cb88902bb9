"""An index that was kept gives the same frames as one made anew, and nothing that pretends to be one is believed."""

from __future__ import annotations

import dataclasses
import json
import resource
import struct
import sys
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clips import make_clip
from facet.core.canonical import canonical_json
from facet.footage import FrameIndex, Reader, StoredIndex, stored_index
from facet.footage.index import DIGEST, NONE, PACKET, PICTURE

FOUND = {"remarks": [], "colour": {}, "rotation": 0, "interlaced": False, "decoder": {}}


def make_index(count: int = 1000, *, digests: bool = True) -> FrameIndex:
    random = np.random.default_rng(0)
    packets, pictures = np.zeros(count, PACKET), np.zeros(count, PICTURE)
    for name in ("pts", "dts", "pos", "size"):
        packets[name] = random.integers(0, 1 << 40, count)
    packets["dts"][5] = packets["pts"][7] = NONE
    packets["key"] = random.random(count) < 0.1
    pictures["packet"], pictures["pts"] = random.permutation(count), np.arange(count) * 512
    pictures["pts"][3] = np.iinfo(np.int64).max
    return FrameIndex(
        packets=packets, pictures=pictures,
        digests=random.integers(0, 256, (count if digests else 0, DIGEST)).astype(np.uint8),
        time_base=Fraction(1, 12800), rate=Fraction(25), method="decoded", reasons=(), single_thread=False,
    )  # fmt: skip


def packed(**more) -> StoredIndex:
    stored = StoredIndex.pack(make_index(**more), FOUND, sha256="ab" * 32, decoder="this one")
    assert stored is not None
    return stored


@pytest.mark.parametrize("digests", [True, False])
def test_what_is_packed_comes_out_bit_for_bit(digests: bool):
    index = make_index(digests=digests)
    stored = StoredIndex.pack(index, FOUND, sha256="ab" * 32, decoder="this one")
    assert stored is not None
    again, found = stored.unpack()
    assert found == FOUND
    assert again.to_wire() == index.to_wire()


def test_a_day_of_regular_footage_packs_small():
    count = 24 * 3600 * 25 // 10
    packets, pictures = np.zeros(count, PACKET), np.zeros(count, PICTURE)
    packets["size"] = np.random.default_rng(0).integers(2000, 9000, count)
    packets["pos"] = 48 + np.cumsum(packets["size"])
    packets["pts"] = packets["dts"] = pictures["pts"] = np.arange(count) * 512
    pictures["packet"] = np.arange(count)
    index = dataclasses.replace(make_index(9, digests=False), packets=packets, pictures=pictures)
    stored = StoredIndex.pack(index, FOUND, sha256="ab" * 32, decoder="")
    assert stored is not None
    assert len(stored.content) < 5 * count  # bytes; two changing columns of two


def test_reopening_by_a_stored_index_gives_the_same_frames_and_indexes_nothing(tmp_path: Path):
    path = make_clip(tmp_path / "clip.mp4", frames=30, gop=12, bframes=2)
    labels: set[str] = set()
    with Reader.open(path) as fresh:
        stored = fresh.stored_index
        truth = [fresh.frame(n).picture_sha256 for n in range(fresh.count)]
        probe = fresh.probe
        assert not fresh.restored
    assert stored is not None
    with Reader.open(path, known=stored, progress=lambda done, total, label="": labels.add(label)) as reader:
        assert reader.restored
        assert reader.md5 == fresh.md5
        assert reader.probe == probe
        assert [reader.frame(n).picture_sha256 for n in reversed(range(reader.count))] == truth[::-1]
    assert labels <= {"", "Computing the digest of the file"}
    with Reader.open(path, known=stored, sha256=fresh.sha256) as reader:
        assert (reader.restored, reader.md5) == (True, None)


@pytest.mark.parametrize("what", ["another file", "another digest", "another decoder", "rubbish", "another clip's"])
def test_an_index_that_does_not_hold_is_not_used(tmp_path: Path, what: str):
    path = make_clip(tmp_path / "clip.mp4", frames=12)
    with Reader.open(path) as reader:
        stored = reader.stored_index
    assert stored is not None
    sha256 = None
    if what == "another file":
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    elif what == "another digest":
        sha256 = "cd" * 32
    elif what == "another decoder":
        stored = dataclasses.replace(stored, decoder=stored.decoder + "-older")
    elif what == "rubbish":
        stored = dataclasses.replace(stored, content=b"rubbish")
    else:
        stored = dataclasses.replace(packed(), sha256="ef" * 32, decoder=stored.decoder)
    with Reader.open(path, known=stored, sha256=sha256) as reader:
        assert not reader.restored
        assert reader.count == 12


def header_of(stored: StoredIndex) -> tuple[dict, bytes]:
    raw = zlib.decompress(stored.content)
    (length,) = struct.unpack("<I", raw[:4])
    return json.loads(raw[4 : 4 + length]), raw[4 + length :]


def rebuilt(facts: dict, rest: bytes) -> StoredIndex:
    header = canonical_json(facts)
    return StoredIndex(sha256="", decoder="", content=zlib.compress(struct.pack("<I", len(header)) + header + rest))


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "facet.stored-index/2"}, {"layout": {}}, {"layout": None}, {"counts": {}}, {"counts": None},
        {"counts": {"packets": -1, "pictures": 1000, "digests": 0}}, {"index": {}}, {"found": {}}, {"found": None},
        {"counts": {"packets": 1 << 50, "pictures": 1000, "digests": 0}},
        {"counts": {"packets": 1000, "pictures": True, "digests": 1000}},
        {"counts": {"packets": 1000, "pictures": 1000, "digests": 999}},
        {"counts": {"packets": "x", "pictures": 1000, "digests": 1000}},
        {"found": {**FOUND, "rotation": 45}}, {"found": {**FOUND, "remarks": [{}]}}, {"found": {**FOUND, "colour": []}},
        {"found": {**FOUND, "interlaced": "no"}},
    ],
)  # fmt: skip
def test_a_header_that_makes_no_sense_is_refused(change: dict):
    facts, rest = header_of(packed())
    assert rebuilt(facts, rest).unpack()[0].count == 1000
    with pytest.raises(ValueError, match=r"."):
        rebuilt({**facts, **change}, rest).unpack()


@pytest.mark.parametrize(
    ("name", "value"),
    [("time_base", "0"), ("time_base", "-1/25"), ("rate", "0"), ("rate", "1/0"), ("rate", "x"), ("rate", "1e9999")],
)
def test_times_that_make_no_sense_are_refused(name: str, value: str):
    facts, rest = header_of(packed())
    facts["index"][name] = value
    with pytest.raises(ValueError, match=r"."):
        rebuilt(facts, rest).unpack()


def test_every_truncation_and_every_appendix_is_refused():
    stored = packed(count=50)
    for length in range(0, len(stored.content), 7):
        with pytest.raises(ValueError, match=r"."):
            dataclasses.replace(stored, content=stored.content[:length]).unpack()
    facts, rest = header_of(stored)
    for more in (b"x", bytes(1 << 20)):
        with pytest.raises(ValueError, match=r"."):
            rebuilt(facts, rest + more).unpack()
    with pytest.raises(ValueError, match=r"."):
        dataclasses.replace(stored, content=stored.content + b"x").unpack()


def test_flipped_bytes_never_give_more_than_a_value_error():
    stored, random = packed(count=200), np.random.default_rng(1)
    for _ in range(300):
        content = bytearray(stored.content)
        content[random.integers(len(content))] ^= int(random.integers(1, 256))
        try:
            dataclasses.replace(stored, content=bytes(content)).unpack()
        except ValueError:
            continue


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX accounting")
def test_a_bomb_costs_no_memory():
    """Little that would unpack to much, once as header and once as columns."""
    facts, _ = header_of(packed())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    engine = zlib.compressobj(1)
    parts = [engine.compress(struct.pack("<I", (1 << 32) - 1))]
    parts += [engine.compress(bytes(1 << 24)) for _ in range(12)]
    bomb = b"".join([*parts, engine.flush()])
    with pytest.raises(ValueError, match="too long"):
        StoredIndex(sha256="", decoder="", content=bomb).unpack()
    facts["counts"] = {"packets": 1 << 30, "pictures": 1, "digests": 0}
    with pytest.raises(ValueError, match="size"):
        rebuilt(facts, b"").unpack()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_an_index_too_long_to_be_kept_is_not_packed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stored_index, "LIMIT", 10_000)
    assert StoredIndex.pack(make_index(), FOUND, sha256="", decoder="") is None
