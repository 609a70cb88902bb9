"""Several processes train one network as one process would."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from facet.core.errors import InputError
from facet.train import curve
from facet.train.ranks import Ranks, joined
from training import recipe, training

CPU = torch.device("cpu")
STATED = recipe(steps=5)
SECOND = """
import sys
from pathlib import Path
import torch
from facet.train.ranks import joined
from training import recipe, training
with joined(torch.device("cpu")) as ranks:
    training(Path(sys.argv[1]), recipe(steps=5), ranks=ranks).run()
"""


def test_two_processes_see_the_curve_that_one_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    for name, value in {"WORLD_SIZE": "2", "LOCAL_RANK": "0", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}.items():
        monkeypatch.setenv(name, value)
    paths = os.pathsep.join([str(Path(__file__).parent.parent), *sys.path])
    other = subprocess.Popen(
        [sys.executable, "-c", SECOND, str(tmp_path / "two")], env={**os.environ, "RANK": "1", "PYTHONPATH": paths}
    )
    monkeypatch.setenv("RANK", "0")
    with joined(CPU) as ranks:
        assert (ranks.first, ranks.count) == (True, 2)
        training(tmp_path / "two", STATED, ranks=ranks).run()
    assert other.wait() == 0
    training(tmp_path / "one", STATED).run()
    one, two = curve.read(tmp_path / "one"), curve.read(tmp_path / "two")
    assert [row["step"] for row in two] == [row["step"] for row in one]
    for name in ("loss", "psnr_y"):
        ours, theirs = ([row[name] for row in rows if name in row] for rows in (one, two))
        assert theirs == pytest.approx(ours, rel=1e-4)


def test_a_batch_that_cannot_be_shared_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="shared out"):
        training(tmp_path, STATED, ranks=Ranks(count=3)).run()


def test_without_torchrun_a_process_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined(CPU) as ranks:
        assert ranks == Ranks()
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.delenv("RANK", raising=False)
    with pytest.raises(InputError, match="torchrun"), joined(CPU):
        pass
