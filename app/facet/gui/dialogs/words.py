"""Questions answered in words: why a generative run, a note, a finding, why something is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from facet.core.descriptor import Descriptor, Family
from facet.core.i18n import _
from facet.gui.dialogs.form import FormDialog
from facet.gui.families import FamilyBanner

LEAST = 3
"""Letters that a reason has at least."""


class Words(QPlainTextEdit):
    """A few lines; Tab leaves the field, Ctrl+Enter agrees."""

    def __init__(self, dialog: FormDialog) -> None:
        super().__init__()
        self._dialog = dialog
        self.setTabChangesFocus(True)
        self.setMinimumHeight(90)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter is the main button."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._dialog.ok.click()
        else:
            super().keyPressEvent(event)

    @property
    def said(self) -> str:
        """The text without space around it."""
        return self.toPlainText().strip()


class ReasonDialog(FormDialog):
    """Why generative backends are to run: typed, recorded, printed."""

    def __init__(self, cards: Sequence[Descriptor], parent: QWidget | None = None) -> None:
        names = ", ".join(_(card.title) for card in cards)
        super().__init__(
            _("Why a generative run?"),
            _(
                "{names}: these backends invent detail that looks real. What they show is an investigative lead, not "
                "evidence of what the camera recorded, and not for automated face search. "
                "Say why this run is needed; the reason is recorded in the case and printed in the report."
            ).format(names=names),
            parent,
        )
        self.column.insertWidget(0, FamilyBanner(Family.GENERATIVE))
        self.words = Words(self)
        self.add(_("Reason"), self.words)
        self.finish(_("Run with this reason"))
        self.words.textChanged.connect(lambda: self.ok.setEnabled(len(self.words.said) >= LEAST))
        self.ok.setEnabled(False)
        self.words.setFocus()


class RemarkDialog(FormDialog):
    """A note (what was seen or done) or a finding (what is concluded)."""

    def __init__(self, exhibit: str | None, parent: QWidget | None = None) -> None:
        where = _("It is attached to exhibit {id}.").format(id=exhibit) if exhibit else _("It concerns the whole case.")
        super().__init__(_("Note or finding"), where, parent)
        self.kind = QComboBox()
        self.kind.addItem(_("Note: what was seen or done"), "note")
        self.kind.addItem(_("Finding: what is concluded"), "finding")
        self.words = Words(self)
        self.add(_("Kind"), self.kind)
        self.add(_("Text"), self.words)
        self.finish(_("Record"))
        self.words.textChanged.connect(lambda: self.ok.setEnabled(bool(self.words.said)))
        self.ok.setEnabled(False)
        self.words.setFocus()


class WithdrawDialog(FormDialog):
    """Why an exhibit is withdrawn."""

    def __init__(self, exhibit: str, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Withdraw {id}").format(id=exhibit),
            _("Nothing is deleted: the exhibit stays in the case, struck out, with your name and this reason."),
            parent,
        )
        self.words = Words(self)
        self.add(_("Reason"), self.words)
        self.finish(_("Withdraw"))
        self.words.textChanged.connect(lambda: self.ok.setEnabled(len(self.words.said) >= LEAST))
        self.ok.setEnabled(False)
        self.words.setFocus()
