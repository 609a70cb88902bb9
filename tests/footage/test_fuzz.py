"""Mutated footage costs a message at most: no wrong frame, no fault, no hang, nothing left behind."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path

import pytest

from facet.footage import opening, reader, view
from fuzzing import BAD, Holdings, counts, run
from mutations import Mutations

CASES = 2_000
GROWTH = 192 << 20
"""Bytes that the parent may grow by over a run, freed memory given back: whoever keeps a reader open keeps its
descriptors and threads too, which are counted exactly."""


@pytest.mark.timeout(0)
def test_mutated_footage_is_read_rightly_or_refused_and_nothing_leaks(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wanted, seed = request.config.getoption("--fuzz"), request.config.getoption("--fuzz-seed")
    journal, only = request.config.getoption("--fuzz-journal"), request.config.getoption("--fuzz-case")
    numbers = range(CASES) if wanted == "all" else range(int(wanted), CASES, 10)
    for module in (opening, reader, view):
        monkeypatch.setattr(module, "SILENCE", 20.0)
    (tmp_path / "sound").mkdir()
    (tmp_path / "cases").mkdir()
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    mutations = Mutations(seed, tmp_path / "sound")
    run(mutations, range(CASES, CASES + 4), tmp_path / "cases")
    gc.collect()
    before = Holdings.now()
    outcomes = run(mutations, numbers if only is None else [only], tmp_path / "cases", journal)
    gc.collect()
    after = Holdings.now()
    with capsys.disabled():
        told = ", ".join(f"{name} {count}" for name, count in counts(outcomes).items())
        print(f"\nfuzz, seed {seed}, {len(outcomes)} cases: {told}")  # noqa: T201
    bad = [outcome for outcome in outcomes if outcome.outcome in BAD]
    assert not bad, "\n".join(map(str, bad))
    assert after.children <= before.children
    assert after.threads <= before.threads
    assert after.descriptors <= before.descriptors
    assert after.shared <= before.shared
    assert after.memory - before.memory < GROWTH
    assert not list((tmp_path / "cases").iterdir())
    assert not list((tmp_path / "temporary").iterdir())
