from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from clips import make_clip
from facet.core.child import ChildDied
from facet.gui.desks.survey_desk import SurveyDesk, thumbnail
from facet.gui.jobs import Jobs, Lane
from facet.gui.main_window import MainWindow
from facet.gui.view.display import Orientation
from recordings import FakeSurvey, batch_of

READER = SimpleNamespace(count=100, probe=SimpleNamespace(rotation=0, sample_aspect=None))


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


def desk_of(jobs: Jobs, *surveys: FakeSurvey) -> tuple[SurveyDesk, list[object]]:
    waiting, told = list(surveys), []
    desk = SurveyDesk(jobs, start=lambda _reader: waiting.pop(0))
    desk.begun.connect(lambda thorough: told.append(("begun", thorough)))
    desk.learned.connect(lambda batch, images: told.append((batch.first, batch.last, [n for n, _image in images])))
    desk.ended.connect(lambda: told.append("ended"))
    desk.stopped.connect(lambda error: told.append(("stopped", type(error).__name__)))
    return desk, told


def test_what_a_survey_finds_arrives_in_order_before_its_end(jobs: Jobs, qtbot: QtBot) -> None:
    desk, told = desk_of(jobs, FakeSurvey([batch_of(0, 9), batch_of(10, 19)]))
    desk.automatic = False
    desk.use(READER)
    desk.begin()
    qtbot.waitUntil(lambda: jobs.idle)
    assert told == [("begun", True), (0, 9, []), (10, 19, []), "ended"]
    assert not desk.running


def test_stopping_it_keeps_what_was_found_and_closes_the_survey(jobs: Jobs, qtbot: QtBot) -> None:
    survey = FakeSurvey([batch_of(0, 9)], endless=True)
    desk, told = desk_of(jobs, survey)
    desk.automatic = False
    desk.use(READER)
    desk.begin()
    qtbot.waitUntil(lambda: len(told) == 2)
    desk.stop()
    qtbot.waitUntil(lambda: jobs.idle)
    assert survey.closed
    assert told == [("begun", True), (0, 9, []), ("stopped", "NoneType")]


def test_other_footage_ends_the_survey_of_the_first_and_nothing_of_it_arrives_any_more(
    jobs: Jobs, qtbot: QtBot
) -> None:
    first, second = FakeSurvey([batch_of(0, 9)], endless=True), FakeSurvey([batch_of(20, 29)])
    desk, told = desk_of(jobs, first, second)
    desk.automatic = False
    desk.use(READER)
    desk.begin()
    qtbot.waitUntil(lambda: len(told) == 2)
    desk.use(READER)
    desk.begin()
    qtbot.waitUntil(lambda: jobs.idle)
    assert first.closed
    assert told[2:] == [("begun", True), (20, 29, []), "ended"]


def test_a_survey_that_dies_says_why_and_can_be_begun_again(jobs: Jobs, qtbot: QtBot) -> None:
    died = ChildDied("The {name} process ended unexpectedly.", name="survey")
    desk, told = desk_of(jobs, FakeSurvey([], died), FakeSurvey([batch_of(0, 9)]))
    desk.automatic = False
    desk.use(READER)
    desk.begin()
    qtbot.waitUntil(lambda: jobs.idle)
    assert told[-1] == ("stopped", "ChildDied")
    desk.begin()
    qtbot.waitUntil(lambda: jobs.idle)
    assert told[-1] == "ended"


def test_closing_the_window_ends_it(qtbot: QtBot) -> None:
    jobs = Jobs()
    survey = FakeSurvey([batch_of(0, 9)], endless=True)
    desk, told = desk_of(jobs, survey)
    desk.automatic = False
    desk.use(READER)
    desk.begin()
    qtbot.waitUntil(lambda: len(told) == 2)
    jobs.close()
    assert survey.closed


def test_footage_is_surveyed_a_little_after_it_is_opened(jobs: Jobs, qtbot: QtBot) -> None:
    desk, told = desk_of(jobs, FakeSurvey([batch_of(0, 9)]))
    desk.use(READER)
    assert told == []
    assert not desk.running
    qtbot.waitUntil(lambda: told[-1:] == ["ended"])


def test_a_thumbnail_stands_upright_with_square_pixels() -> None:
    pixels = np.zeros((90, 160, 4), np.uint8)
    pixels[:, :80, 2] = 255
    upright = thumbnail(pixels, Orientation(rotation=90))
    assert upright.height() == 90
    assert upright.width() < 60
    assert upright.pixelColor(25, 10).red() > 200
    assert upright.pixelColor(25, 80).red() < 60
    assert thumbnail(pixels, Orientation.declared(0, "2/1")).width() == 320


def test_the_lane_of_the_survey_is_its_own() -> None:
    assert Lane.SURVEY not in (Lane.FRAMES, Lane.FOOTAGE, Lane.CASE)


def test_a_window_shows_thumbnails_motion_and_scenes_of_its_footage(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, settle: Callable[[], None]
) -> None:
    window.footage.open(Path(make_clip(tmp_path / "yard.mp4", frames=60, gop=30)))
    settle()
    timeline, state = window.parts.transport.timeline, window.parts.transport.survey
    assert [kind for kind, _name in window.parts.transport.legend.entries][:1] == ["coded"]
    window.survey.begin()
    shown: list[str] = []
    window.survey.progressed.connect(lambda _percent: shown.append(state.words.text()))
    settle()
    assert timeline.content.recording.looked == 60
    assert len(timeline.content.strip) >= 20
    assert any("%" in text for text in shown)
    assert not state.isVisible()
    assert "motion" in dict(window.parts.transport.legend.entries)
    image = timeline.content.strip.image(timeline.content.strip.nearest(30))
    assert image is not None
    assert image.height() <= 90


def test_the_survey_is_stopped_and_begun_again_by_its_button(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, settle: Callable[[], None]
) -> None:
    surveys = [FakeSurvey([batch_of(0, 9)], endless=True), FakeSurvey([batch_of(0, 59)])]
    monkeypatch.setattr(opened.survey, "_start", lambda _reader: surveys.pop(0))
    opened.survey.begin()
    state = opened.parts.transport.survey
    qtbot.waitUntil(lambda: opened.parts.transport.timeline.content.recording.looked == 10)
    assert state.isVisible()
    state.button.click()
    settle()
    assert state.words.text() == "Survey stopped"
    assert state.isVisible()
    state.button.click()
    settle()
    assert opened.parts.transport.timeline.content.recording.looked == 60
    assert not state.isVisible()
