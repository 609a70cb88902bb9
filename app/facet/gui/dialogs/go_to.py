"""Go to a frame or a time."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from facet.core.errors import InputError
from facet.core.i18n import _
from facet.gui.as_typed import as_typed
from facet.gui.dialogs.form import FormDialog


def read_place(text: str) -> int | Fraction:
    """A frame's index (``412``) or seconds after the first picture (``16.48s``, ``0:16.48``). Raises ``InputError``."""
    plain = text.strip().lower()
    if plain.isdecimal():
        return int(plain)
    try:
        seconds = Fraction(0)
        for part in plain.removesuffix("s").strip().split(":"):
            seconds = seconds * 60 + Fraction(part)
    except (ValueError, ZeroDivisionError):
        raise InputError(
            "«{text}» is neither a frame nor a time. Write 412, 16.48s or 0:16.48.", text=text.strip()
        ) from None
    if seconds < 0:
        raise InputError("A time is counted from the first picture and can't be negative.")
    return seconds


class GoToDialog(FormDialog):
    """One field that takes either."""

    def __init__(self, last: int, duration: str, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Go to frame or time"),
            _("Frames 0 to {last}; time up to {duration} after the first picture.").format(
                last=last, duration=duration
            ),
            parent,
        )
        self._last = last
        self.place: int | Fraction | None = None
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("412, 16.48s or 0:16.48"))
        self.trouble = QLabel()
        as_typed(self.trouble)
        self.trouble.setWordWrap(True)
        self.trouble.setProperty("role", "quiet")
        self.add(_("Frame or time"), self.field)
        self.column.addWidget(self.trouble)
        self.finish(_("Go"))
        self.field.textChanged.connect(self._check)
        self._check("")

    def _check(self, text: str) -> None:
        self.place = None
        trouble = ""
        if text.strip():
            try:
                self.place = read_place(text)
            except InputError as error:
                trouble = error.localised(_)
            if isinstance(self.place, int) and self.place > self._last:
                trouble = _("The last frame is {last}.").format(last=self._last)
                self.place = None
        self.trouble.setText(trouble)
        self.ok.setEnabled(self.place is not None)
