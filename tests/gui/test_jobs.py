from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from facet.core.errors import Cancelled, FacetError, InputError, InternalError
from facet.core.progress import Progress
from facet.gui import jobs as module
from facet.gui.jobs import Jobs, Lane, Latest


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


def test_work_runs_elsewhere_and_its_result_arrives_in_the_windows_thread(qtbot: QtBot, jobs: Jobs) -> None:
    seen: list[Any] = []
    jobs.run_task(
        lambda _progress: threading.current_thread().name, lambda name: seen.extend([name, threading.current_thread()])
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["facet-case", threading.main_thread()]


def test_the_window_goes_on_while_work_runs(qtbot: QtBot, jobs: Jobs) -> None:
    hold = threading.Event()
    done: list[bool] = []
    jobs.run_task(lambda _progress: hold.wait(20), done.append)
    assert not jobs.idle
    hold.set()
    qtbot.waitUntil(lambda: done == [True])
    assert jobs.idle


def test_a_lane_takes_its_jobs_in_order_and_lanes_do_not_wait_for_each_other(qtbot: QtBot, jobs: Jobs) -> None:
    hold, order = threading.Event(), []
    jobs.run_task(lambda _progress: (hold.wait(20), order.append("first")))
    jobs.run_task(lambda _progress: order.append("second"))
    jobs.run_task(lambda _progress: order.append("other lane"), lambda _none: hold.set(), lane=Lane.FRAMES)
    qtbot.waitUntil(lambda: jobs.idle)
    assert order == ["other lane", "first", "second"]


def test_an_error_of_ours_arrives_as_it_is_and_any_other_as_a_fault_with_its_trace(qtbot: QtBot, jobs: Jobs) -> None:
    errors: list[FacetError] = []

    def mend(_progress: Progress) -> None:
        raise InputError("Mend this.")

    def bug(_progress: Progress) -> None:
        raise ZeroDivisionError("by nothing")

    jobs.run_task(mend, failed=errors.append)
    jobs.run_task(bug, failed=errors.append)
    qtbot.waitUntil(lambda: jobs.idle)
    assert isinstance(errors[0], InputError)
    assert isinstance(errors[1], InternalError)
    assert "by nothing" in str(errors[1])
    assert "in bug" in errors[1].__notes__[0]


def test_cancelled_work_stops_at_its_next_report(qtbot: QtBot, jobs: Jobs) -> None:
    errors: list[FacetError] = []
    started = threading.Event()

    def endless(progress: Progress) -> None:
        while True:
            progress(1, 2)
            started.set()
            time.sleep(0.005)

    job = jobs.run_task(endless, failed=errors.append)
    started.wait(20)
    job.cancel()
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], Cancelled)


def test_progress_reaches_the_window_and_its_end_is_never_left_out(qtbot: QtBot, jobs: Jobs) -> None:
    reports: list[tuple[int, int, str]] = []

    def count(progress: Progress) -> None:
        for done in range(1001):
            progress(done, 1000, "tiles")

    jobs.run_task(count, progress=lambda *report: reports.append(report))
    qtbot.waitUntil(lambda: jobs.idle)
    assert reports[-1] == (1000, 1000, "tiles")
    assert len(reports) < 500


def test_of_many_requests_the_newest_is_answered(qtbot: QtBot, jobs: Jobs) -> None:
    latest, hold = Latest(jobs, Lane.FRAMES), threading.Event()
    shown: list[int] = []

    def fetch(index: int) -> None:
        latest.ask(lambda _progress: (hold.wait(20), index)[1], shown.append, pytest.fail)

    for index in range(50):
        fetch(index)
    hold.set()
    qtbot.waitUntil(lambda: not latest.busy and jobs.idle)
    assert shown == [0, 49]


def test_a_request_that_takes_too_long_gives_way(qtbot: QtBot, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    latest, started = Latest(jobs, Lane.FRAMES), threading.Event()
    shown: list[str] = []

    def slow(progress: Progress) -> str:
        while True:
            started.set()
            progress(0, 0)
            time.sleep(0.005)

    latest.ask(slow, shown.append, pytest.fail)
    started.wait(20)
    latest.ask(lambda _progress: "quick", shown.append, pytest.fail)
    qtbot.waitUntil(lambda: shown == ["quick"])


def test_what_is_dropped_is_neither_shown_nor_complained_of(qtbot: QtBot, jobs: Jobs) -> None:
    latest, hold = Latest(jobs, Lane.FRAMES), threading.Event()
    latest.ask(lambda _progress: hold.wait(20), pytest.fail, pytest.fail)
    latest.drop()
    hold.set()
    qtbot.waitUntil(lambda: jobs.idle)
    assert not latest.busy


def test_closing_stops_work_says_farewell_in_its_lane_and_ends_the_threads(qtbot: QtBot) -> None:
    jobs, said, started = Jobs(), [], threading.Event()

    def endless(progress: Progress) -> None:
        while True:
            started.set()
            progress(0, 0)
            time.sleep(0.005)

    jobs.run_task(endless, failed=lambda _error: pytest.fail("nothing arrives once the window is closed"))
    started.wait(20)
    jobs.close({Lane.CASE: lambda: said.append(threading.current_thread().name)})
    assert said == ["facet-case"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("facet-")]
    jobs.run_task(lambda _progress: pytest.fail("closed"))
    qtbot.wait(20)
