from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from facet.enhance.engine import Engine
from facet.enhance.rrdbnet import rrdbnet
from facet.enhance.state_dict import read_state
from facet.measure.consistency import consistency
from facet.weights import Store
from networks import portrait, psnr, request, tiny_rrdbnet


def test_the_size_follows_from_the_weights(tmp_path: Path) -> None:
    state, _ = read_state(tiny_rrdbnet(tmp_path))
    network, scale = rrdbnet(state)
    assert scale == 4
    assert network(torch.rand(1, 3, 5, 6)).shape == (1, 3, 20, 24)


def test_basicsr_comes_in_without_a_warning_and_leaves_no_trace() -> None:
    script = (
        "import os, sys; before = dict(os.environ)\n"
        "from facet.enhance.basicsr_bridge import rrdbnet_class\n"
        "assert rrdbnet_class().__name__ == 'RRDBNet'\n"
        "assert 'torchvision.transforms.functional_tensor' not in sys.modules\n"
        "assert 'distutils' not in sys.modules or hasattr(sys.modules['distutils'], '__file__')\n"
        "changed = {k for k in before.keys() | os.environ.keys() if before.get(k) != os.environ.get(k)}\n"
        "assert not {k for k in changed if k.startswith(('QT', 'LD'))}, changed\n"
    )
    command = [sys.executable, "-W", "error", "-W", "ignore:::torch", "-c", script]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.parametrize(("backend", "least"), [("realsr-df2k-x4", 24), ("realesrgan-x4plus", 22)])
def test_the_real_weights_draw_the_face_they_were_given(backend: str, least: float, store_home: Path) -> None:
    face = portrait()[20:180, 140:300]
    small = np.asarray(Image.fromarray(face).resize((40, 40), Image.Resampling.BICUBIC))
    store = Store(store_home)
    made, prepared = Engine().run(request(small, store.card(backend).descriptor, store.path(backend)))
    assert psnr(made.picture, face) > least
    assert float(str(consistency(made.picture, prepared)["psnr_db"])) > 26
