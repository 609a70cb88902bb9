from __future__ import annotations

import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from facet.core import shared_memory
from facet.core.child import Child, ChildDied
from facet.core.errors import EnvironmentLacksError
from facet.core.shared_memory import SLOT_BYTES, SLOTS, SharedMemory

HERE = Path(__file__).resolve().parent
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX descriptors")
linux = pytest.mark.skipif(sys.platform != "linux", reason="memfd is Linux's")

PATIENCE = 10.0
"""Seconds for what other threads and processes have to finish."""
WAYS = ["sealed", "file", "pipe"]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the system has to give: all, no memfd, nothing."""
    if request.param != "sealed":
        monkeypatch.setattr(shared_memory, "_sealed", lambda size: None)
    if request.param == "pipe":
        monkeypatch.setattr(SharedMemory, "create", classmethod(lambda cls: None))
    return str(request.param)


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child("generous", name="test", environment={"PYTHONPATH": str(HERE)}, shared=True)
    yield made
    made.close()


def left_behind() -> set[str]:
    folders = [Path("/dev/shm"), Path(os.environ.get("TMPDIR", "/tmp"))]
    return {str(path) for folder in folders if folder.is_dir() for path in folder.iterdir() if "facet" in path.name}


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_large_answers_come_whole_whatever_the_system_has_to_give(child: Child, way: str) -> None:
    for value, sizes in ((1, [3_000_000]), (2, [0, 70_000, 5]), (3, [8_294_400]), (4, [12]), (5, [])):
        answer = child.call("fill", {"value": value, "sizes": sizes})
        assert [bytes(buffer) for buffer in answer.buffers] == [bytes([value]) * size for size in sizes]


@posix
def test_an_answer_too_large_for_its_place_comes_through_the_pipe(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [len(buffer) for buffer in child.call("fill", {"value": 7, "sizes": [SLOT_BYTES + 1]}).buffers] == [
        SLOT_BYTES + 1
    ]


def test_many_answers_that_nobody_fetches_yet_keep_each_its_own_bytes(child: Child, way: str) -> None:
    pending = [child.submit("fill", {"value": n, "sizes": [500_000]}) for n in range(6 * SLOTS)]
    time.sleep(0.2)
    for n, one in enumerate(pending):
        assert set(one.wait().buffers[0]) == {n}


@linux
@pytest.mark.parametrize("way", ["sealed", "file"], indirect=True)
def test_a_killed_child_leaves_nothing_behind_and_the_next_one_has_memory_of_its_own(child: Child, way: str) -> None:
    before, opened = left_behind(), None
    for _ in range(4):
        child.call("fill", {"value": 1, "sizes": [2_000_000]})
        assert child.pid is not None
        os.kill(child.pid, signal.SIGSTOP)
        pending = child.submit("fill", {"value": 2, "sizes": [2_000_000]})
        os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(ChildDied):
            pending.wait()
        assert left_behind() == before
        opened = opened or descriptors()
    deadline = time.monotonic() + PATIENCE  # the last child's pipes are closed by the thread that read them
    while descriptors() > opened and time.monotonic() < deadline:
        time.sleep(0.01)
    assert descriptors() <= opened


@linux
def test_a_parent_killed_in_the_midst_leaves_nothing_behind() -> None:
    import subprocess

    script = (
        "from facet.core.child import Child\n"
        "child = Child('generous', name='test', shared=True)\n"
        "child.call('fill', {'value': 1, 'sizes': [3000000]})\n"
        "print(child.pid, flush=True)\n"
        "for n in range(10**6): child.call('fill', {'value': 1, 'sizes': [3000000]})\n"
    )
    before = left_behind()
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])},
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    end = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text():
        assert time.monotonic() < end, "the child outlived its parent"
        time.sleep(0.02)
    assert left_behind() == before


@linux
def test_nobody_can_shorten_what_is_mapped() -> None:
    memory = SharedMemory.create()
    assert memory is not None
    with pytest.raises(PermissionError):
        os.ftruncate(memory.descriptors[0], 0)
    memory.close()


@posix
def test_memory_that_was_cut_off_is_told_and_kills_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_memory, "_sealed", lambda size: None)
    memory = SharedMemory.create()
    assert memory is not None
    slot = memory.put([memoryview(b"x" * 100_000)])
    assert slot is not None
    os.ftruncate(memory.descriptors[0], 5000)
    with pytest.raises(ValueError, match="cut off"):
        memory.take(slot, [100_000])
    memory.close()


@pytest.mark.parametrize(
    ("slot", "sizes"), [(-1, [10]), (SLOTS, [10]), (0, [SLOT_BYTES + 1]), ("0", [10]), (True, [10]), (1 << 70, [10])]
)
def test_a_place_that_is_none_is_refused(slot: object, sizes: list[int]) -> None:
    memory = SharedMemory.create()
    assert memory is not None
    with pytest.raises(ValueError, match="no such place"):
        memory.take(slot, sizes)  # type: ignore[arg-type]
    memory.close()


def test_a_full_memory_gives_no_place_until_one_is_copied(way: str) -> None:
    memory = SharedMemory.create()
    if memory is None:
        return
    picture = memoryview(b"a" * 100_000)
    assert [memory.put([picture]) for _ in range(SLOTS + 1)] == [*range(SLOTS), None]
    assert bytes(memory.take(1, [100_000])[0]) == bytes(picture)
    assert memory.put([picture]) == 1
    memory.close()
    memory.close()
    assert memory.put([picture]) is None


def test_what_is_copied_does_not_change_any_more() -> None:
    memory = SharedMemory.create()
    assert memory is not None
    slot = memory.put([memoryview(b"a" * 100_000)])
    assert slot is not None
    taken = memory.take(slot, [100_000])[0]
    assert memory.put([memoryview(b"b" * 100_000)]) == slot
    assert set(taken) == {ord("a")}
    memory.close()


@posix
def test_a_child_that_claims_memory_it_was_not_given_is_not_believed() -> None:
    head = b'{"number": 1, "kind": "result", "buffers": [100000], "slot": 0}'
    liar = Child("babbling", name="test", arguments=[(struct.pack("<I", len(head)) + head).hex()],
                 environment={"PYTHONPATH": str(HERE)})  # fmt: skip
    with pytest.raises(ChildDied):
        liar.call("anything", {})
    liar.close()


def test_work_ahead_yields_to_requests_and_goes_on_after_them() -> None:
    child = Child("generous", name="test", arguments=["ahead"], environment={"PYTHONPATH": str(HERE)})
    seen = []
    for _ in range(20):
        seen.append(child.call("steps", {}).head["result"]["steps"])
        time.sleep(0.02)
    assert seen == sorted(seen)
    assert seen[-1] > 0
    time.sleep(1)
    assert child.call("steps", {}).head["result"]["steps"] % 50 == 0, "it went on though there was nothing more"
    child.close()


def test_a_fault_in_work_ahead_ends_nothing() -> None:
    child = Child("generous", name="test", arguments=["broken"], environment={"PYTHONPATH": str(HERE)})
    for value in range(3):
        assert bytes(child.call("fill", {"value": value, "sizes": [3]}).buffers[0]) == bytes([value]) * 3
    assert child.session == 1
    child.close()


def test_a_request_that_waits_behind_a_long_healthy_one_is_not_given_up() -> None:
    child = Child("ill_behaved", name="test", environment={"PYTHONPATH": str(HERE)})
    answers: list[object] = []
    long = child.submit("count", {"to": 30, "pause": 0.06})
    behind = child.submit("echo", {"n": 1})
    waiting = threading.Thread(target=lambda: answers.append(behind.wait(timeout=0.7).head["result"]))
    waiting.start()
    assert long.wait().head["result"] == {"done": True}
    waiting.join()
    assert answers == [{"arguments": {"n": 1}}]
    child.close()


def test_silence_of_the_whole_process_is_given_up() -> None:
    child = Child("ill_behaved", name="test", environment={"PYTHONPATH": str(HERE)})
    child.submit("deaf", {})
    with pytest.raises(EnvironmentLacksError, match="gave no answer"):
        child.submit("echo", {}).wait(timeout=0.7)
    child.close()
