from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from facet.core.child import Child, ChildDied
from facet.core.errors import Cancelled, EnvironmentLacksError, InputError, InternalError
from facet.core.i18n import speaking
from facet.core.progress import cancellable

PATIENCE = 8
"""Seconds. Meant are two; a busy machine may need more, and what is waited for here would last for ever."""

HERE = Path(__file__).resolve().parent
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child("ill_behaved", name="test", environment={"PYTHONPATH": str(HERE)})
    yield made
    made.close()


def wait_until(true_at_last: object, seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not true_at_last():  # type: ignore[operator]
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_arguments_and_buffers_come_back_as_they_were_sent(child: Child) -> None:
    picture = os.urandom(3_000_000)
    answer = child.call("echo", {"name": "복도.mp4", "n": 3}, [b"", picture])
    assert answer.head["result"] == {"arguments": {"name": "복도.mp4", "n": 3}}
    assert [bytes(buffer) for buffer in answer.buffers] == [b"", picture]


def test_a_child_is_told_the_language_that_is_spoken_here(child: Child) -> None:
    with speaking("ko"):
        child.start()
    assert child.call("language", {}).head["result"] == {"language": "ko"}


def test_requests_are_answered_in_order(child: Child) -> None:
    pending = [child.submit("echo", {"n": n}) for n in range(50)]
    assert [p.wait().head["result"]["arguments"]["n"] for p in pending] == list(range(50))


def test_progress_reaches_who_waits(child: Child) -> None:
    seen: list[tuple[int, int, str]] = []
    child.call(
        "count", {"to": 5, "pause": 0.06}, progress=lambda done, total, label="": seen.append((done, total, label))
    )
    assert (5, 5, "counting") in seen
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)


def test_an_error_keeps_its_kind_its_template_and_its_values(child: Child) -> None:
    with pytest.raises(InputError, match=r"^a.mp4: refused for 42\.$") as caught:
        child.call("refuse", {})
    assert caught.value.template == "{name}: refused for {reason}."


def test_a_fault_is_told_with_its_traceback_as_a_note_and_the_child_lives_on(child: Child) -> None:
    with pytest.raises(InternalError, match="ZeroDivisionError") as caught:
        child.call("fault", {"divisor": 0})
    assert "ill_behaved.py" in "".join(caught.value.__notes__)
    assert child.call("echo", {}).head["result"] == {"arguments": {}}
    assert child.session == 1


def test_an_unknown_operation_is_a_fault(child: Child) -> None:
    with pytest.raises(InternalError):
        child.call("no such thing", {})


def test_lack_of_memory_is_told_as_such(child: Child) -> None:
    with pytest.raises(EnvironmentLacksError, match="Not enough memory"):
        child.call("hungry", {})


def test_noise_on_standard_output_corrupts_nothing_and_standard_input_is_empty(child: Child) -> None:
    assert child.call("noisy", {}).head["result"] == {"input": ""}
    assert child.call("echo", {"n": 1}).head["result"] == {"arguments": {"n": 1}}


def test_a_listening_child_is_cancelled_and_lives_on(child: Child) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        child.call("count", {"to": 1000, "pause": 0.05}, progress=cancellable(stop))
    assert time.monotonic() - begun < PATIENCE
    assert child.call("echo", {}).head["result"] == {"arguments": {}}
    assert child.session == 1


def test_a_deaf_child_is_killed_within_two_seconds_and_the_next_request_starts_another(child: Child) -> None:
    child.start()
    pid = child.pid
    stop = threading.Event()
    pending = child.submit("deaf", {})
    threading.Timer(0.3, stop.set).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        pending.wait(cancellable(stop))
    assert time.monotonic() - begun < PATIENCE
    assert pid is not None
    wait_until(lambda: not child.alive)
    assert child.call("echo", {}).head["result"] == {"arguments": {}}
    assert child.session == 2
    assert child.pid != pid


def test_a_request_cancelled_while_it_queues_is_answered_at_once_and_harms_no_other(child: Child) -> None:
    running = child.submit("count", {"to": 20, "pause": 0.05})
    queued = child.submit("deaf", {})
    queued.cancel()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        queued.wait()
    assert time.monotonic() - begun < 0.9, "it waited for the request before it"
    assert running.wait().head["result"] == {"done": True}
    assert child.session == 1


def test_cancelling_what_is_answered_does_nothing(child: Child) -> None:
    pending = child.submit("echo", {})
    pending.wait()
    pending.cancel()
    assert child.call("echo", {"n": 2}).head["result"] == {"arguments": {"n": 2}}


def test_a_crash_is_told_with_code_and_last_words_and_every_queued_request_hears_of_it(child: Child) -> None:
    first = child.submit("die", {"code": 7})
    second = child.submit("echo", {})
    with pytest.raises(ChildDied, match=r"ended unexpectedly \(exit code 7\)") as caught:
        first.wait()
    assert "last words" in caught.value.stderr
    with pytest.raises(ChildDied):
        second.wait()
    assert child.call("echo", {}).head["result"] == {"arguments": {}}


@posix
def test_a_child_killed_from_outside_is_told_as_killed(child: Child) -> None:
    pending = child.submit("deaf", {})
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(ChildDied, match="killed, most likely for lack of memory"):
        pending.wait()


@posix
def test_a_stopped_child_is_given_up_after_the_timeout_even_with_a_full_pipe(child: Child) -> None:
    child.call("echo", {})
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)
    waiting = [child.submit("echo", {}, [bytes(4_000_000)]) for _ in range(3)]
    begun = time.monotonic()
    with pytest.raises(EnvironmentLacksError, match="gave no answer for 1 seconds"):
        waiting[0].wait(timeout=1)
    assert time.monotonic() - begun < PATIENCE
    with pytest.raises(ChildDied, match="was stopped"):
        waiting[2].wait()
    assert child.call("echo", {}).head["result"] == {"arguments": {}}


@posix
def test_cancelling_a_stopped_child_kills_it_within_two_seconds(child: Child) -> None:
    child.call("echo", {})
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)
    stop = threading.Event()
    stop.set()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        child.call("echo", {}, [bytes(4_000_000)], progress=cancellable(stop))
    assert time.monotonic() - begun < PATIENCE


def test_an_error_in_the_progress_of_the_caller_cancels_the_request(child: Child) -> None:
    def broken(done: int, total: int, label: str = "") -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        child.call("count", {"to": 10_000, "pause": 0.01}, progress=broken)
    begun = time.monotonic()
    child.call("echo", {})
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "answer",
    [
        b"\xff\xff\xff\xff",
        b"\x05\0\0\0hello",
        b"\x02\0\0\0[]",
        *(
            struct.pack("<I", len(head)) + head
            for head in (
                json.dumps(value).encode()
                for value in (
                    {"kind": "result"},
                    {"number": [], "kind": "result", "buffers": []},
                    {"number": 1, "kind": "result", "buffers": [-1]},
                    {"number": 1, "kind": "result", "buffers": ["x"]},
                    {"number": 1, "kind": "result", "buffers": [1 << 60]},
                    {"number": 1, "kind": "error", "error": "InputError", "template": "x", "values": 3},
                    {"number": 1, "kind": "error", "error": "InputError", "template": "{x}", "values": {"y": 1}},
                    {"number": 1, "kind": "error", "error": "InputError", "template": "{x:9}", "values": {"x": 1}},
                    {"number": 1, "kind": "error", "error": "InputError", "template": "{x!r}", "values": {"x": 1}},
                    {"number": 1, "kind": "error", "error": "InputError", "template": "{x.real}", "values": {"x": 1}},
                    {"number": 1, "kind": "error", "error": "InputError", "template": "{x}", "values": {"x": []}},
                    {"number": 1, "kind": "error", "error": "SystemExit", "template": "x", "values": {}},
                    {"number": 1, "kind": "progress"},
                    {"number": 1, "kind": "confession"},
                )
            )
        ),
    ],
)
def test_a_child_that_speaks_nonsense_is_ended_and_told(answer: bytes) -> None:
    child = Child("babbling", name="test", arguments=[answer.hex()], environment={"PYTHONPATH": str(HERE)})
    try:
        with pytest.raises(ChildDied, match="was stopped"):
            child.call("echo", {}, timeout=20)
        wait_until(lambda: not child.alive)
    finally:
        child.close()


def test_what_cannot_start_is_one_plain_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(EnvironmentLacksError, match="can't be started"):
        Child("ill_behaved", name="test").start()


def test_a_closed_child_stays_closed_and_may_be_closed_again(child: Child) -> None:
    pending = child.submit("deaf", {})
    child.close()
    with pytest.raises(ChildDied):
        pending.wait()
    child.close()
    assert not child.alive
    with pytest.raises(InternalError, match="closed"):
        child.submit("echo", {})


def test_closing_leaves_no_thread_behind(child: Child) -> None:
    child.call("echo", {})
    child.close()
    wait_until(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("test-")])


@posix
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
@pytest.mark.parametrize("operation", ["echo", "deaf"])
def test_the_child_ends_with_its_parent_however_that_ends(operation: str) -> None:
    script = (
        "import sys, time\nfrom facet.core.child import Child\n"
        f"child = Child('ill_behaved', name='test', environment={{'PYTHONPATH': {str(HERE)!r}}})\n"
        "child.call('echo', {})\n"
        f"child.submit({operation!r}, {{}})\n"
        "print(child.pid, flush=True)\ntime.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert not gone(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: gone(pid))
