from __future__ import annotations

import subprocess
import sys

import pytest

from facet.enhance.kept_memory import kept_memory

PROGRAM = """
import resource
import numpy as np
from facet.enhance.kept_memory import kept_memory

def touched(times):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(times):
        np.empty(40 << 20, np.uint8).fill(1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

touched(1)
outside = touched(3)
with kept_memory():
    touched(1)
    inside = touched(3)
print(outside, inside)
"""
"""In a process of its own: what allocated there before decides where memory comes from."""


@pytest.mark.skipif(sys.platform != "linux", reason="the GNU allocator's call")
def test_memory_is_touched_anew_each_time_outside_and_once_inside() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    outside, inside = map(int, ran.stdout.split())
    assert inside < outside / 4


def test_what_is_raised_inside_passes() -> None:
    with pytest.raises(KeyError), kept_memory():
        raise KeyError
