"""Whatever is done at random to a package, its manifests made anew or not: it is found, or it was no evidence."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from export.packing_up import rebag, troubles

ATTACKS = 25
WORDS = ("verify.py", "how-to-verify.en.txt", "how-to-verify.ko.txt", "bag-info.txt", "bagit.txt")
"""What surrounds the evidence: with new manifests anybody can write it anew, and the instructions say so."""


def files(bag: Path) -> list[Path]:
    return sorted(path for path in bag.rglob("*") if path.is_file())


def flip(bag: Path, chance: random.Random) -> Path:
    path = chance.choice(files(bag))
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return path


def cut(bag: Path, chance: random.Random) -> Path:
    path = chance.choice(files(bag))
    path.write_bytes(path.read_bytes()[: -chance.randrange(1, 9)])
    return path


def swap(bag: Path, chance: random.Random) -> Path:
    one, other = chance.sample(files(bag / "data"), 2)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    return one


def slip_in(bag: Path, chance: random.Random) -> Path:
    path = chance.choice(files(bag / "data"))
    added = path.with_name(f"{chance.randrange(10**6)}{path.suffix}")
    shutil.copyfile(path, added)
    return added


def rename(bag: Path, chance: random.Random) -> Path:
    path = chance.choice([each for each in files(bag / "data") if each.name != "case.facet"])
    return path.rename(path.with_name(f"1-F999{path.suffix}"))


def reads_the_same(bag: Path, before: Path) -> bool:
    """Whether nothing but bytes that mean nothing was hit: what SQLite leaves unused, the case of a hex digit."""

    def read(folder: Path) -> list[object]:
        with sqlite3.connect(f"{(folder / 'data/case.facet').as_uri()}?mode=ro&immutable=1", uri=True) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            held = [connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables]
        connection.close()
        others = [path.read_bytes() for path in files(folder / "data") if path.name != "case.facet"]
        named = sorted((folder / "manifest-sha256.txt").read_text("utf-8").lower().split("\n"))
        return [held, others, [line for line in named if "case.facet" not in line]]

    return read(bag) == read(before)


KINDS: tuple[Callable[[Path, random.Random], Path], ...] = (flip, flip, flip, cut, swap, slip_in, rename)


def test_random_attacks_are_found(packed: Path, tmp_path: Path) -> None:
    seed = dt.datetime.now(dt.UTC).date().toordinal()
    missed = []
    for number in range(ATTACKS):
        chance = random.Random(f"{seed} {number}")
        bag = shutil.copytree(packed, tmp_path / str(number))
        kind = chance.choice(KINDS)
        target = kind(bag, chance).relative_to(bag).as_posix()
        anew = chance.random() < 0.7
        if anew:
            rebag(bag)
        harmless = "tagmanifest" in target or (anew and (target in WORDS or "manifest" in target))
        if not troubles(bag) and not harmless and not reads_the_same(bag, packed):
            missed.append((number, kind.__name__, target, anew))
    assert missed == [], f"seed {seed}"


@pytest.mark.parametrize("name", WORDS)
def test_words_without_new_manifests_are_found_too(package: Path, name: str) -> None:
    with (package / name).open("ab") as stream:
        stream.write(b" ")
    assert f"{name} differs from its digest in the manifest." in troubles(package, pixels=False) or name == "bagit.txt"
