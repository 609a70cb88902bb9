"""An older case in the present format."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from facet.core.i18n import _
from facet.gui.dialogs.case_form import SUFFIX
from facet.gui.dialogs.form import FormDialog
from facet.gui.dialogs.place import PlaceField, a_new_file


class MigrateDialog(FormDialog):
    """Where the copy goes. The old file is not touched."""

    def __init__(self, case: Path, version: str, parent: QWidget | None = None) -> None:
        """``version`` is the format that the case has."""
        super().__init__(
            _("Copy into the present format"),
            _(
                "{name} has the format {version}, which knows no seals and no tags. A copy in the present format keeps "
                "every exhibit with its id and receipt, and says in its journal what it was made from. The old file "
                "stays as it is."
            ).format(name=case.name, version=version),
            parent,
        )
        kinds = _("Facet case (*{suffix})").format(suffix=SUFFIX)
        self._place = PlaceField(
            str(case.with_name(f"{case.stem}-new{SUFFIX}")), a_new_file(_("New case file"), kinds, case.parent)
        )
        self.add(_("New case file"), self._place)
        self.finish(_("Copy and open"))
        self._place.line.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))

    @property
    def out(self) -> Path:
        """The copy."""
        path = self._place.path or Path()
        return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
