"""A mark with its note."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from facet.core.i18n import _
from facet.gui.dialogs.form import FormDialog
from facet.gui.dialogs.words import Words


class MarkDialog(FormDialog):
    """What is marked, a frame or the part between in and out, and a note that may be left empty."""

    def __init__(
        self,
        index: int,
        *,
        part: tuple[int, int] | None,
        text: str = "",
        whole: bool = False,
        draft: bool,
        parent: QWidget | None = None,
    ) -> None:
        """``part`` are the frames from in to out, ``whole`` chooses them at first; ``draft`` says that the mark is not
        recorded in a case."""
        where = (
            _("The mark is kept as a draft until the footage is recorded in a case.")
            if draft
            else _("The mark and its note are recorded in the case.")
        )
        super().__init__(_("Mark"), where, parent)
        self._index, self._part = index, part
        self.what = QComboBox()
        self.what.addItem(_("Frame {index}").format(index=index), False)  # noqa: FBT003  # Qt's own signature
        if part is not None:
            self.what.addItem(
                _("Frames {first} to {last}").format(first=part[0], last=part[1]),
                True,  # noqa: FBT003
            )
            self.what.setCurrentIndex(1 if whole else 0)
        self.words = Words(self)
        self.words.setPlainText(text)
        self.add(_("What is marked"), self.what)
        self.add(_("Note"), self.words)
        self.finish(_("Mark"))
        self.words.setFocus()

    @property
    def first(self) -> int:
        """The frame, or the first of the part."""
        return self._part[0] if self._whole and self._part else self._index

    @property
    def last(self) -> int | None:
        """The last frame of the part; None for a single frame."""
        return self._part[1] if self._whole and self._part else None

    @property
    def _whole(self) -> bool:
        return bool(self.what.currentData())
