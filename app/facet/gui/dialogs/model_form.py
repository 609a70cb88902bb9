"""The user's own model: what it is called and what kind of pixels it makes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from facet.core.descriptor import Family
from facet.core.i18n import _
from facet.gui.dialogs.form import FormDialog
from facet.gui.families import meaning, word


class OwnModelDialog(FormDialog):
    """Generative unless the user states otherwise: who does not know, must not play down."""

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Add your own model"),
            _(
                "{name} is read by a restricted reader in a process of its own and copied into the store. Nothing is "
                "known of its training; state that it is a regression only if you know that it invents no detail."
            ).format(name=file.name),
            parent,
        )
        plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in file.stem.lower()).strip("-")
        self._name = QLineEdit(plain)
        self._family = QComboBox()
        for family in (Family.GENERATIVE, Family.REGRESSION):
            self._family.addItem(f"{word(family)}: {meaning(family)}", family.value)
        self.add(_("Identifier"), self._name)
        self.add(_("Family"), self._family)
        self.finish(_("Add model"))
        self._name.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        self.ok.setEnabled(bool(plain))

    @property
    def backend(self) -> str:
        """The id it will have."""
        return self._name.text().strip()

    @property
    def family(self) -> str:
        """``generative`` or ``regression``."""
        return str(self._family.currentData())
