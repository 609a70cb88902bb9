"""The converted weights in our networks give what the runtimes gave that the files were published for.

How the outputs of ncnn and of TensorFlow were made: ``tests/weights/fixtures/make_originals.py``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from facet.enhance.loading import network_of
from facet.enhance.state_dict import read_state
from facet.weights import Store

ORIGINALS = Path(__file__).parent.parent / "weights" / "fixtures"
TOLERANCE = 2e-5
"""Of a range of one; a step of an 8-bit picture is 4e-3. Seen: 5e-6."""


@pytest.mark.weights
@pytest.mark.parametrize("name", ["realesrgan-x4plus", "realsr-df2k-x4", "srgan-x4", "srresnet-x4"])
def test_our_network_gives_what_the_original_runtime_gave(name: str, store_home: Path) -> None:
    store = Store(store_home)
    original = np.load(ORIGINALS / f"{name}.npz")
    state, _ = read_state(store.path(name))
    network = network_of(store.card(name).descriptor.architecture, state, name)
    network.module.eval()
    given = torch.from_numpy(np.ascontiguousarray(original["input"].transpose(2, 0, 1)[np.newaxis]))
    with torch.inference_mode():
        output = network.call(given)[0].numpy().transpose(1, 2, 0)
    assert output.shape == original["output"].shape == (40, 48, 3)
    assert original["output"].std() > 0.1
    np.testing.assert_allclose(output, original["output"], rtol=0, atol=TOLERANCE)
