"""What shall leave the case, in which form, and where to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLabel, QWidget

from facet.core.i18n import N_, _
from facet.gui.as_typed import as_typed
from facet.gui.dialogs.form import FormDialog
from facet.gui.dialogs.place import PlaceField

PNG, PACKAGE, CASE_UCO = "png", "package", "case-uco"
NAMES = {
    PACKAGE: N_("Package that others can check"),
    PNG: N_("Every picture as PNG"),
    CASE_UCO: N_("CASE/UCO (JSON-LD)"),
}
MEANINGS = {
    PNG: N_("Every crop and output that stands, each with the banner of its family, in a new folder."),
    PACKAGE: N_(
        "A BagIt bag: the case, its report, pictures, receipts and cards, with instructions and a small program that "
        "checks them on any machine with Python."
    ),
    CASE_UCO: N_("What was done, with what and from what, by digests, for other forensic programs."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedExport:
    """``what`` is ``png``, ``package`` or ``case-uco``; ``out`` a file or a folder that is not there yet."""

    what: str
    out: Path
    footage: bool = False
    weights: bool = False


class ExportDialog(FormDialog):
    """The form of the export; the place is suggested beside the case."""

    def __init__(self, case: Path, parent: QWidget | None = None) -> None:
        super().__init__(_("Export"), "", parent)
        self._case, self._suggested = case, ""
        self.what = QComboBox()
        for kind, name in NAMES.items():
            self.what.addItem(_(name), kind)
        self._meaning = QLabel()
        as_typed(self._meaning)
        self._meaning.setWordWrap(True)
        self._meaning.setMinimumHeight(self._meaning.fontMetrics().lineSpacing() * 3)
        self._meaning.setProperty("role", "quiet")
        self.footage = QCheckBox(_("with the footage"))
        self.weights = QCheckBox(_("with the weights that were used"))
        self.place = PlaceField("", self._choose)
        self.add(_("What"), self.what)
        self.rows.addRow("", self._meaning)
        self.rows.addRow("", self.footage)
        self.rows.addRow("", self.weights)
        self.add(_("Where to"), self.place)
        self.finish(_("Export"))
        self.what.currentIndexChanged.connect(lambda _row: self._turn())
        self.place.line.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        self._turn()

    @property
    def wanted(self) -> WantedExport:
        """What was chosen."""
        kind, out = str(self.what.currentData()), self.place.path or Path()
        if kind == CASE_UCO and not out.suffix:
            out = out.with_name(out.name + ".jsonld")
        packed = kind == PACKAGE
        return WantedExport(
            what=kind,
            out=out,
            footage=packed and self.footage.isChecked(),
            weights=packed and self.weights.isChecked(),
        )

    def _turn(self) -> None:
        kind = str(self.what.currentData())
        self._meaning.setText(_(MEANINGS[kind]))
        for tick in (self.footage, self.weights):
            tick.setEnabled(kind == PACKAGE)
        if self.place.text == self._suggested:
            ending = {PNG: "-pictures", PACKAGE: "-package", CASE_UCO: ".jsonld"}[kind]
            self._suggested = str(self._case.with_name(self._case.stem + ending))
            self.place.line.setText(self._suggested)

    def _choose(self, parent: QWidget, start: str) -> str:
        if self.what.currentData() == CASE_UCO:
            return QFileDialog.getSaveFileName(parent, self.windowTitle(), start, _("JSON-LD (*.jsonld *.json)"))[0]
        folder = QFileDialog.getExistingDirectory(parent, self.windowTitle(), str(Path(start).parent))
        return str(Path(folder) / Path(start).name) if folder else ""
