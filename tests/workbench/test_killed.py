"""A program that is killed at any moment loses nothing the case acknowledged, and leaves nothing half recorded.

``--kills 200`` for all of them, ``--kill-seed`` for other moments.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from clips import make_clip
from facet.case import Case
from facet.core.digest import sha256_file
from killing import CLIP, OLD, WORK
from released import released
from sampling import make_sampled

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks, and kills by a signal")
PATIENCE = 120.0
"""Seconds for a first sign of life on a busy machine."""


class Nursery:
    """Children that work on cases until they are killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "OMP_NUM_THREADS": "1"}
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "killing", str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**environment, "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip

    def ask(self, line: str) -> str:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(f"{line}\n")
        self._parent.stdin.flush()
        return self._parent.stdout.readline().strip()

    def killed(self, kind: str, case: Path, chance: random.Random, gap: float) -> tuple[list[str], float]:
        """Let a child work and kill it within ``gap`` seconds after something it acknowledged; what it acknowledged,
        and the longest time between two acknowledgements."""
        child = int(self.ask(f"{kind} {case} {chance.randrange(1 << 30)}"))
        told = self.folder / f"{child}.told"
        wanted, seen, begun = chance.randrange(1, 4), 0, time.monotonic()
        while seen < wanted:
            assert time.monotonic() - begun < PATIENCE, f"{kind}: no sign of life"
            time.sleep(0.002)
            before, seen = seen, told.read_bytes().count(b"\n") if told.exists() else 0
            if seen > before:
                gap, begun = max(gap, min(time.monotonic() - begun, 5.0)) if before else gap, time.monotonic()
        time.sleep(chance.uniform(0, gap))
        os.kill(child, signal.SIGKILL)
        self.ask(f"end {child}")
        return told.read_text("utf-8").splitlines()[1:], gap

    def close(self) -> None:
        self._parent.communicate()


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    made = Nursery(tmp_path_factory.mktemp("nursery"))
    yield made
    made.close()


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", WORK)
def test_nothing_acknowledged_is_lost_and_nothing_is_half_recorded(
    kind: str, nursery: Nursery, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rounds = max(1, round(int(request.config.getoption("--kills")) / len(WORK)))
    chance = random.Random(f"{kind} {request.config.getoption('--kill-seed')}")
    case = make_sampled(tmp_path, samples=0)
    make_clip(tmp_path / CLIP, frames=4)
    old = sha256_file(released("1.1", tmp_path / OLD))
    acknowledged: list[str] = []
    gap = 0.02
    for _ in range(rounds):
        told, gap = nursery.killed(kind, case, chance, gap)
        acknowledged += told
        check_whole(case, acknowledged if kind != "migrate" else told)
    assert rounds < 4 or acknowledged
    assert sha256_file(tmp_path / OLD) == old


def check_whole(path: Path, acknowledged: list[str]) -> None:
    """A reader first, before any writer has cleaned up; then a writer, whom nothing bars."""
    with Case.open(path) as case:
        entries = case.journal()
        held = {row.id for row in (*case.footage(), *case.frames(), *case.crops(), *case.outputs(), *case.seals())}
        held |= {made.name for made in path.parent.glob("new-*.facet")}
        reports = {str(entry.digests["report_sha256"]) for entry in entries if entry.action == "report"}
        for one in acknowledged:
            name, _, digest = one.partition(" ")
            assert digest in reports if digest else name in held, one
        assert [row.message for row in case.verify().failed] == []
    for report in path.parent.glob("report-*.pdf"):
        with pikepdf.open(report) as pdf:
            assert len(pdf.pages) > 1
    for made in path.parent.glob("new-*.facet"):
        with Case.open(made) as case:
            assert case.verify().ok
        made.unlink()
    with Case.open(path, examiner="Kim") as case:
        case.note("after it was killed")
        assert case.head()["seq"] == len(entries) + 1
    assert not path.with_name(f"{path.name}-journal").exists()
