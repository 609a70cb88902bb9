"""Passphrases: asked for, or chosen. They are never shown unless that is wanted, and kept nowhere."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from facet.core.i18n import _
from facet.gui.as_typed import as_typed
from facet.gui.dialogs.form import FormDialog


class SecretField(QLineEdit):
    """A line of dots. It does not go to the clipboard, to the undo list or to an input method that remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)

    def reveal(self, shown: bool) -> None:
        """Show what is written, or dots."""
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape forgets what was written before it closes the question."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        super().keyPressEvent(event)


class NewPassphrase(QWidget):
    """A new passphrase, written twice; what is still wrong with it is said below."""

    changed = Signal()

    def __init__(self, least: int, warning: str) -> None:
        """``least`` characters are wanted; ``warning`` says what its loss would mean."""
        super().__init__()
        self._least = least
        self.first, self.again = SecretField(), SecretField()
        self.first.setPlaceholderText(_("passphrase, best several words"))
        self.again.setPlaceholderText(_("the same passphrase again"))
        self.first.setAccessibleName(_("Passphrase"))
        self.again.setAccessibleName(_("The same passphrase again"))
        shown = QCheckBox(_("Show the passphrase"))
        for field in (self.first, self.again):
            field.textChanged.connect(self._look)
            shown.toggled.connect(field.reveal)
        self.trouble, caution = QLabel(), QLabel(warning)
        as_typed(self.trouble, caution)
        for label in (self.trouble, caution):
            label.setWordWrap(True)
        self.trouble.setProperty("role", "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (caution, self.first, self.again, shown, self.trouble):
            column.addWidget(widget)
        self.setFocusProxy(self.first)
        self._look()

    @property
    def text(self) -> str | None:
        """The passphrase, None while it can't be used."""
        said = self.first.text()
        return said if len(said) >= self._least and said == self.again.text() else None

    def _look(self) -> None:
        said, again = self.first.text(), self.again.text()
        trouble = ""
        if len(said) < self._least:
            trouble = _("At least {least} characters.").format(least=self._least)
        elif said != again:
            trouble = _("Write the same passphrase twice.")
        self.trouble.setText(trouble)
        self.changed.emit()


class PassphraseDialog(FormDialog):
    """Asks for the passphrase of something that is closed by one."""

    def __init__(self, title: str, explanation: str, parent: QWidget | None = None) -> None:
        super().__init__(title, explanation, parent)
        self.secret = SecretField()
        shown = QCheckBox(_("Show the passphrase"))
        shown.toggled.connect(self.secret.reveal)
        self.add(_("Passphrase"), self.secret)
        self.rows.addRow("", shown)
        self.finish(_("Open"))
        self.secret.textChanged.connect(lambda text: self.ok.setEnabled(bool(text)))
        self.ok.setEnabled(False)
        self.secret.setFocus()

    @property
    def passphrase(self) -> str:
        """What was written, to the letter."""
        return self.secret.text()


def open_dialog(name: str, *, wrong: bool, parent: QWidget) -> PassphraseDialog:
    """The question for the passphrase of the case file ``name``; ``wrong``: the one before did not open it."""
    told = (
        _("This passphrase does not open {name}. Mind capitals and the keyboard's language.")
        if wrong
        else _("{name} is encrypted. Facet does not keep the passphrase.")
    )
    return PassphraseDialog(_("Passphrase of the case"), told.format(name=name), parent)
