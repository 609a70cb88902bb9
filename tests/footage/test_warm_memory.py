from __future__ import annotations

import sys

import pytest

from facet.footage.warm_memory import ENVIRONMENT, STEP, WarmMemory

linux = pytest.mark.skipif(sys.platform != "linux", reason="the GNU allocator's variables")


def test_where_freed_memory_would_not_be_kept_none_is_taken() -> None:
    assert not WarmMemory().step(10 * STEP)


@linux
def test_memory_is_taken_step_by_step_and_given_back_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, told in ENVIRONMENT.items():
        monkeypatch.setenv(name, told)
    warm = WarmMemory()
    assert [warm.step(3 * STEP) for _ in range(5)] == [True, True, True, False, False]
    assert not warm._held


@linux
def test_less_is_taken_where_pictures_fill_the_memory_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, told in ENVIRONMENT.items():
        monkeypatch.setenv(name, told)
    warm = WarmMemory()
    assert warm.step(10 * STEP)
    assert not warm.step(STEP)
    assert not warm._held
    assert not warm.step(10 * STEP)


@linux
def test_a_lack_of_memory_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    for name, told in ENVIRONMENT.items():
        monkeypatch.setenv(name, told)
    warm = WarmMemory()
    assert warm.step(10 * STEP)

    def none_left(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(np, "ones", none_left)
    assert not warm.step(10 * STEP)
    assert not warm._held
