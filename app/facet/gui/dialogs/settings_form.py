"""The settings: what may run, in which language, on what."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QSpinBox, QWidget

from facet.core.i18n import _
from facet.gui.dialogs.form import FormDialog
from facet.gui.dialogs.place import PlaceField, a_file
from facet.workbench import Settings

OFF, ON = "off", "on"


class SettingsDialog(FormDialog):
    """Every setting; :attr:`changes` is what differs from before, as text."""

    def __init__(self, settings: Settings, policy: str, devices: Sequence[tuple[str, str]],
                 parent: QWidget | None = None) -> None:  # fmt: skip
        """``policy`` says what the laboratory forbids (or nothing); ``devices`` are ids with names."""
        super().__init__(_("Settings"), "", parent)
        self._before = settings
        self.ai = QCheckBox(_("Allow learned (AI) backends"))
        self.ai.setChecked(settings.ai_enabled)
        self.generative = QCheckBox(_("Allow generative backends"))
        self.generative.setChecked(settings.generative_enabled)
        self.ai.toggled.connect(self.generative.setEnabled)
        self.generative.setEnabled(settings.ai_enabled)
        self.language = _combo([("", _("As the system")), ("en", "English"), ("ko", "한국어")], settings.language)
        known = dict(devices)
        rows = [("auto", _("Automatic")), *devices]
        if settings.device not in ("auto", *known):
            rows.append((settings.device, settings.device))
        self.device = _combo(rows, settings.device)
        self.precision = _combo(
            [
                ("float32", _("float32 (evidence)")),
                ("bfloat16", _("bfloat16 (preview)")),
                ("float16", _("float16 (preview)")),
            ],
            settings.precision,
        )
        self.threads = QSpinBox()
        self.threads.setRange(0, 1024)
        self.threads.setSpecialValueText(_("All"))
        self.threads.setValue(settings.threads)
        self.memory = QSpinBox()
        self.memory.setRange(0, 1 << 20)
        self.memory.setSingleStep(256)
        self.memory.setSuffix(" MB")
        self.memory.setSpecialValueText(_("Automatic"))
        self.memory.setValue(settings.footage_memory)
        self.memory.setToolTip(
            _("Decoded pictures kept at hand, so that going back is quick. Holds for footage opened from now on.")
        )
        self.examiner, self.agency = QLineEdit(settings.examiner), QLineEdit(settings.agency)
        self._make_laboratory(settings)
        self._lay_out(policy)

    def _make_laboratory(self, settings: Settings) -> None:
        """What concerns the laboratory and its seals."""
        self.names = QLineEdit(settings.exhibit_names)
        self.names.setPlaceholderText("{agency}-{number}-{footage:03d}-{frame}")
        self.names.setToolTip(_("The agency's own numbers, given to exhibits as they are recorded; none if empty."))
        self.key = PlaceField(
            settings.seal_key,
            a_file(_("Choose the key"), _("Keys (*.pem *.p12 *.pfx)")),
            _("none: reports are not sealed"),
        )
        self.stamp = QLineEdit(settings.time_stamp)
        self.stamp.setPlaceholderText(_("none: seals have no time stamp"))
        self.seen = QCheckBox(_("Notice footage that another case has"))
        self.seen.setToolTip(_("Keeps a list of the footage of all cases by digest, beside these settings."))
        self.seen.setChecked(settings.remember_footage)
        self.seen.setAccessibleName(self.seen.text())

    def _lay_out(self, policy: str) -> None:
        self.add(_("Backends"), self.ai)
        self.add("", self.generative)
        self.generative.setAccessibleName(self.generative.text())
        self.ai.setAccessibleName(self.ai.text())
        if policy:
            words = QLabel(policy)
            words.setWordWrap(True)
            words.setProperty("role", "quiet")
            self.rows.addRow("", words)
        self.add(_("Language"), self.language)
        self.add(_("Compute on"), self.device)
        self.add(_("Precision"), self.precision)
        self.add(_("Processor threads"), self.threads)
        self.add(_("Memory for footage"), self.memory)
        self.add(_("Examiner"), self.examiner)
        self.add(_("Agency"), self.agency)
        self.add(_("Names of exhibits"), self.names)
        self.add(_("Key that seals reports"), self.key)
        self.add(_("Time-stamping authority (address)"), self.stamp)
        self.rows.addRow("", self.seen)
        self.finish(_("Save"))

    @property
    def changes(self) -> dict[str, str]:
        """What is to change, by the setting's name, as text."""
        now = {
            "ai_enabled": ON if self.ai.isChecked() else OFF,
            "generative_enabled": ON if self.generative.isChecked() else OFF,
            "language": str(self.language.currentData()),
            "device": str(self.device.currentData()),
            "precision": str(self.precision.currentData()),
            "threads": str(self.threads.value()),
            "footage_memory": str(self.memory.value()),
            "examiner": self.examiner.text().strip(),
            "agency": self.agency.text().strip(),
            "exhibit_names": self.names.text().strip(),
            "seal_key": self.key.text,
            "time_stamp": self.stamp.text().strip(),
            "remember_footage": ON if self.seen.isChecked() else OFF,
        }
        before = {
            name: (ON if value else OFF) if isinstance(value, bool) else str(value)
            for name, value in self._before.to_json().items()
        }
        return {name: value for name, value in now.items() if before.get(name) != value}


def _combo(rows: Sequence[tuple[str, str]], chosen: str) -> QComboBox:
    combo = QComboBox()
    for value, text in rows:
        combo.addItem(text, value)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    return combo
