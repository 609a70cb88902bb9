"""What the clock in the picture shows."""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import available_timezones

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from facet.core.camera_clock import CameraClock, span_text
from facet.core.errors import InputError
from facet.core.i18n import _
from facet.gui.dialogs.form import FormDialog

FIRST = ("Asia/Seoul", "UTC", "+09:00")
"""Zones at the head of the list."""


class ClockDialog(FormDialog):
    """Date and time as they stand in the picture at one frame, their zone, and what the true time was."""

    def __init__(
        self,
        index: int,
        seconds: Fraction,
        time: str,
        *,
        known: CameraClock | None,
        draft: bool,
        parent: QWidget | None = None,
    ) -> None:
        """``time`` is the file time of frame ``index`` in words, ``seconds`` exactly; ``known`` was said before."""
        where = (
            _("It is kept as a draft until the footage is recorded in a case.")
            if draft
            else _("It is recorded in the case; an earlier reading stays there to be read.")
        )
        super().__init__(
            _("Camera clock"),
            _(
                "What does the clock in the picture show at frame {index} (file time {time})? Choose the first frame "
                "on which a new second appears. File time and camera clock are kept apart."
            ).format(index=index, time=time)
            + " "
            + where,
            parent,
        )
        self._index, self._seconds = index, seconds
        self.clock: CameraClock | None = None
        shown = None if known is None else known.shown_at(seconds)
        self.shows = QLineEdit("" if shown is None else f"{shown:%Y-%m-%d %H:%M:%S}")
        self.shows.setPlaceholderText("2026-11-02 14:03:12")
        self.zone = QComboBox()
        self.zone.setEditable(True)
        self.zone.addItems([*FIRST, *sorted(available_timezones() - set(FIRST))])
        self.zone.setCurrentText(known.zone if known is not None else FIRST[0])
        true = None if known is None else known.true_at(seconds)
        self.true = QLineEdit("" if true is None else true.isoformat(sep=" ", timespec="seconds"))
        self.true.setPlaceholderText(_("if it is known: 2026-11-02 14:07:24"))
        self.source = QLineEdit("" if known is None else known.source)
        self.source.setPlaceholderText(_("how it is known: checked against a time signal on site"))
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setProperty("role", "quiet")
        self.add(_("The clock shows"), self.shows)
        self.add(_("Time zone of the clock"), self.zone)
        self.add(_("True time at this frame"), self.true)
        self.add(_("Source"), self.source)
        self.column.addWidget(self.told)
        self.finish(_("Set the clock"))
        for field in (self.shows, self.true, self.source):
            field.textChanged.connect(self._check)
        self.zone.currentTextChanged.connect(self._check)
        self._check()
        self.shows.setFocus()

    def _check(self) -> None:
        self.clock, told = None, ""
        if self.shows.text().strip():
            try:
                self.clock = CameraClock.read(
                    index=self._index,
                    seconds=self._seconds,
                    shows=self.shows.text(),
                    zone=self.zone.currentText(),
                    true=self.true.text(),
                    source=self.source.text().strip(),
                )
            except InputError as error:
                told = error.localised(_)
        if self.clock is not None and (ahead := self.clock.ahead) is not None:
            said = (
                _("The clock in the picture is {span} ahead of the true time.")
                if ahead.total_seconds() >= 0
                else _("The clock in the picture is {span} behind the true time.")
            )
            told = said.format(span=span_text(ahead))
        self.told.setText(told)
        self.ok.setEnabled(self.clock is not None)
