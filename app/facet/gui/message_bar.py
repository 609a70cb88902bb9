"""What went well or wrong, in words, without standing in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from facet.core.errors import Cancelled, EnvironmentLacksError, FacetError, InternalError, NegativeAnswer
from facet.core.i18n import _
from facet.gui.theme import icon, pixmap

MOST = 2
"""Messages shown at once; the oldest gives way."""
SECONDS = 8
"""How long good news stays. Everything else stays until it is closed."""

Offer: TypeAlias = tuple[str, Callable[[], object]]
"""What a button says and does."""


class Message(QFrame):
    """One line with a sign, perhaps with something to copy for whoever mends the program."""

    def __init__(self, kind: str, text: str, details: str, parent: QWidget, do: Offer | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.text = text
        self.setProperty("role", "message")
        self.setProperty("kind", kind)
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 6, 5)
        sign = QLabel()
        sign.setPixmap(pixmap("about" if kind == "info" else kind, 20))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QLabel(text)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(words, 1)
        if details:
            copy = QPushButton(_("Copy details"))
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(f"{text}\n\n{details}"))
            row.addWidget(copy)
        if do is not None:
            offer = QPushButton(do[0])
            offer.clicked.connect(lambda _on=False: do[1]())
            row.addWidget(offer)
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setToolTip(_("Close this message"))
        close.setAccessibleName(_("Close this message"))
        close.clicked.connect(self.leave)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)

    def leave(self) -> None:
        """Go away."""
        self.hide()
        self.deleteLater()


class MessageBar(QWidget):
    """The place above the picture where messages appear."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)

    @property
    def messages(self) -> list[Message]:
        """What is shown, oldest first."""
        return [child for child in self.findChildren(Message) if not child.isHidden()]

    def info(self, text: str, offer: str = "", do: Callable[[], object] | None = None) -> None:
        """Something worth knowing. ``offer`` names what a button does that goes with it."""
        self._show("info", text, do=None if do is None else (offer, do))

    def success(self, text: str, offer: str = "", do: Callable[[], object] | None = None) -> None:
        """Good news; it leaves by itself. ``offer`` names what a button does that goes with it."""
        message = self._show("success", text, do=None if do is None else (offer, do))
        timer = QTimer(message)
        timer.setSingleShot(True)
        timer.timeout.connect(message.leave)
        timer.start(SECONDS * 1000)

    def warning(self, text: str, offer: str = "", do: Callable[[], object] | None = None) -> None:
        """Something to be careful about. ``offer`` names what a button does that goes with it."""
        self._show("warning", text, do=None if do is None else (offer, do))

    def error(self, error: FacetError, offer: str = "", do: Callable[[], object] | None = None) -> None:
        """What is wrong and what to do; nothing for what the user stopped on purpose. ``offer`` names what a button
        does that goes with it."""
        if isinstance(error, Cancelled):
            return
        text = error.localised(_)
        details = "\n".join(getattr(error, "__notes__", []))
        if isinstance(error, InternalError):
            text = _("{what} This is a fault of the program, not yours; nothing was recorded.").format(what=text)
        quiet = isinstance(error, (NegativeAnswer, EnvironmentLacksError))
        self._show("warning" if quiet else "error", text, details, None if do is None else (offer, do))

    def withdraw(self, text: str) -> None:
        """Take away what no longer holds."""
        for message in self.messages:
            if message.text == text:
                message.leave()

    def clear(self) -> None:
        """Take away every message."""
        for message in self.messages:
            message.leave()

    def _show(self, kind: str, text: str, details: str = "", do: Offer | None = None) -> Message:
        for old in self.messages:
            if old.text == text:
                old.leave()
        for old in self.messages[: max(0, len(self.messages) - MOST + 1)]:
            old.leave()
        message = Message(kind, text, details, self, do)
        self._rows.addWidget(message)
        message.show()
        QAccessible.updateAccessibility(QAccessibleEvent(message, QAccessible.Event.Alert))
        return message
