"""Tags: words by which exhibits are found again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from facet.case import Tag
from facet.core.i18n import _
from facet.gui.as_typed import tip
from facet.gui.dialogs.form import FormDialog


class TagDialog(FormDialog):
    """One more tag; those that the exhibit has can be withdrawn."""

    withdrawn = Signal(str)
    """A tag's id: it is to be withdrawn, which needs a reason."""

    def __init__(self, exhibit: str | None, tags: Sequence[Tag], parent: QWidget | None = None) -> None:
        """``tags`` are all of the case that stand."""
        where = _("It is given to exhibit {id}.").format(id=exhibit) if exhibit else _("It is given to the whole case.")
        super().__init__(_("Tag"), _("A tag is a word to find exhibits by. {where}").format(where=where), parent)
        own = [tag for tag in tags if tag.exhibit == exhibit]
        self._had = {tag.text for tag in own}
        self.field = QLineEdit()
        words = QCompleter(sorted({tag.text for tag in tags} - self._had), self)
        words.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.field.setCompleter(words)
        self.add(_("Tag"), self.field)
        for tag in own:
            self.rows.addRow("", self._own(tag))
        self.finish(_("Give the tag"))
        self.field.textChanged.connect(lambda _text: self._check())
        self._check()
        self.field.setFocus()

    @property
    def word(self) -> str:
        """The new tag."""
        return self.field.text().strip()

    def _check(self) -> None:
        self.ok.setEnabled(bool(self.word) and self.word not in self._had)

    def _own(self, tag: Tag) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        name = QLabel(tag.text)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setToolTip(tip(f"{tag.id}, {tag.examiner}, {tag.utc}"))
        button = QPushButton(_("Withdraw …"))
        button.setAccessibleName(_("Withdraw the tag {tag}").format(tag=tag.text))

        def ask() -> None:
            self.withdrawn.emit(tag.id)
            self.reject()

        button.clicked.connect(ask)
        row.addWidget(name, 1)
        row.addWidget(button)
        return line
