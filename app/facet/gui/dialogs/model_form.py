"""The user's own model: what it is called, what kind of pixels it makes, and what is known of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from facet.core.descriptor import Family
from facet.core.i18n import N_, _
from facet.gui.dialogs.form import FormDialog
from facet.gui.families import meaning, word

KNOWN = (
    ("source", N_("Source of the weights")),
    ("licence", N_("Licence")),
    ("training_data", N_("Training data")),
    ("paper", N_("Paper")),
)
"""Fields of the card that are asked for; what is left empty stays open on it."""


class OwnModelDialog(FormDialog):
    """Generative unless the user states otherwise: who does not know, must not play down."""

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Add your own model"),
            _(
                "{name} is read by a restricted reader in a process of its own and copied into the store. Nothing is "
                "known of its training; state that it is a regression only if you know that it invents no detail. What "
                "you know of it stands on its card, which you can go on completing later (facet models card)."
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
        self._known = {field: QLineEdit() for field, _name in KNOWN}
        for field, name in KNOWN:
            self.add(_(name), self._known[field])
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

    @property
    def stated(self) -> list[tuple[str, str]]:
        """What is known of it: fields of the card and their text."""
        texts = ((field, line.text().strip()) for field, line in self._known.items())
        return [(field, text) for field, text in texts if text]
