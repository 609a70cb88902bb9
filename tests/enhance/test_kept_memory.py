from __future__ import annotations

import resource
import sys

import pytest
import torch

from facet.enhance.kept_memory import kept_memory

PIECE = 40 << 20


def faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def touched(times: int) -> int:
    """Pages that are mapped anew while a large piece is taken, touched and let go again."""
    before = faults()
    for _ in range(times):
        torch.ones(PIECE // 4)
    return faults() - before


@pytest.mark.skipif(sys.platform != "linux", reason="the GNU allocator's call")
def test_memory_is_touched_anew_each_time_outside_and_once_inside() -> None:
    touched(1)
    outside = touched(3)
    with kept_memory():
        touched(1)
        inside = touched(3)
    assert inside < outside / 4


def test_what_is_raised_inside_passes() -> None:
    with pytest.raises(KeyError), kept_memory():
        raise KeyError
