"""What ``facet enhance`` refuses before it records, and what it says of what it made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from clips import make_clip
from command import done, facet

CROP = ("--footage", "1", "--frame", "3", "--box", "10,10,24,24")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    clip = make_clip(tmp_path / "clip.mp4", frames=6)
    path = tmp_path / "case.facet"
    done("new", path, "--number", "1", "--examiner", "Kim")
    done("ingest", path, clip)
    return path


def test_an_out_that_exists_is_refused_before_anything_is_recorded(case: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken.png"
    taken.write_bytes(b"mine")
    before = done("show", case)
    ran = facet("enhance", case, *CROP, "--backend", "bicubic", "--out", taken)
    assert ran.code == 2
    assert "taken.png" in ran.complaint
    assert done("show", case) == before
    assert taken.read_bytes() == b"mine"


def test_the_figure_bears_its_protocol(case: Path) -> None:
    ran = facet("enhance", case, *CROP, "--backend", "bicubic")
    assert ran.code == 0
    assert "facet.consistency/1" in ran.out
    assert "preview" not in ran.out
    made = done("enhance", case, *CROP, "--backend", "bicubic")
    assert (made["precision"], made["preview"]) == ("float32", False)


def test_a_preview_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    from facet.cli.run_commands import _print_output

    _print_output(
        {
            "id": "1/F3/C1/E1",
            "backend": "srresnet-x4",
            "family": "regression",
            "precision": "bfloat16",
            "preview": True,
            "output": {"width": 96, "height": 96, "picture_sha256": "ab"},
            "consistency": {"psnr_db": "54.00", "mse": "0.2586", "protocol": "facet.consistency/1: reduced"},
            "decoding": {"overrides": {"sample_aspect": "16/11"}, "sample_aspect_declared": "12/11"},
        }
    )
    printed = capsys.readouterr().out
    assert "preview only (bfloat16)" in printed
    assert "The examiner set the pixel aspect to 16/11; the file declares 12/11." in printed


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_a_stop_while_the_program_is_still_coming_up_is_told_in_one_line() -> None:
    slow = textwrap.dedent(
        """
        import os, signal, sys
        from facet.cli.main import main
        class Stopped:
            def find_spec(self, name, path=None, target=None):
                if name == "facet.cli.case_commands":
                    os.kill(os.getpid(), signal.SIGINT)
        sys.meta_path.insert(0, Stopped())
        sys.exit(main(["backends"]))
        """
    )
    ran = subprocess.run(
        [sys.executable, "-c", slow],
        capture_output=True,
        text=True,
        env=dict(os.environ),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        timeout=60,
        check=False,
    )
    assert ran.returncode == 130, ran.stderr
    assert ran.stderr == "facet: Cancelled.\n"
