from __future__ import annotations

import os
import sys
import threading

import pytest

from facet.core.errors import InputError
from facet.core.giving_way import NICE, giving_way


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has niceness by thread")
def test_work_that_gives_way_is_nicer_and_leaves_who_asked_as_it_was() -> None:
    before = niceness()
    assert giving_way(niceness) == min(19, before + NICE)
    assert niceness() == before


def test_what_it_raises_is_raised_here() -> None:
    def fail() -> None:
        raise InputError("no such thing")

    with pytest.raises(InputError, match="no such thing"):
        giving_way(fail)
