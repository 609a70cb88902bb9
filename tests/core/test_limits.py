from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from facet.core.child import Child
from facet.core.errors import EnvironmentLacksError
from facet.core.limits import DECODING, VARIABLE, decoding_memory, memory_refused

TESTS = Path(__file__).resolve().parent.parent
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit is kept on Linux only")


@linux
def test_a_process_that_allocates_without_end_is_stopped_and_lives_to_say_so() -> None:
    child = Child("odd_servers", name="test", environment={"PYTHONPATH": str(TESTS), VARIABLE: "256"})
    try:
        with pytest.raises(EnvironmentLacksError, match="memory"):
            child.call("grow", {})
        assert child.call("inspect", {"path": "pid"}).head["result"] == {"pid": child.pid}
        assert child.session == 1
    finally:
        child.close()


@linux
def test_what_is_kept_comes_on_top_and_no_core_is_dumped() -> None:
    script = (
        "import resource; from facet.core.limits import limit_memory\n"
        "without, kept = limit_memory(), limit_memory(1 << 30)\n"
        "print(kept - without >= 1 << 30, resource.getrlimit(resource.RLIMIT_AS)[0] == kept,"
        " resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "True", "0"]


def test_the_limit_follows_the_machine_and_can_be_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert 0 < decoding_memory() <= DECODING
    usual = decoding_memory()
    monkeypatch.setenv(VARIABLE, "700")
    assert decoding_memory() == 700 << 20
    for nonsense in ("", "0", "-5", "much", "٣", "9" * 13, "9" * 5000):
        monkeypatch.setenv(VARIABLE, nonsense)
        assert decoding_memory() == usual


def test_the_refusal_names_footage_limit_and_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "700")
    told = str(memory_refused("a.gif"))
    assert told.startswith("a.gif: ")
    assert "700 MB" in told
    assert VARIABLE in told
