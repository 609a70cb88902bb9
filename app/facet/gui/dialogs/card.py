"""«About this method»: the whole card, before anyone runs it."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from facet.core.descriptor import Descriptor
from facet.core.i18n import N_, _
from facet.gui.families import FamilyBanner, meaning, word

FIELDS = (
    ("method", N_("How it works")),
    ("limitations", N_("Known limitations")),
    ("validation", N_("Validation")),
    ("uses_training_set_information", N_("Uses information from a training set")),
    ("has_random_component", N_("Has a random component")),
    ("face_only", N_("Made for faces only")),
    ("training_data", N_("Training data")),
    ("training_ancestry", N_("Ancestry of the training data")),
    ("scales", N_("Scales")),
    ("minimum_side", N_("Smallest crop side (pixels)")),
    ("maximum_side", N_("Largest crop side (pixels)")),
    ("tile", N_("Tile side (pixels)")),
    ("tile_overlap", N_("Tile overlap (pixels)")),
    ("parameters", N_("Parameters")),
    ("paper", N_("Paper")),
    ("licence", N_("Licence")),
    ("licence_limits", N_("Limits on use")),
    ("source", N_("Source of the weights")),
    ("weights_sha256", N_("SHA-256 of the weights")),
    ("card_sha256", N_("SHA-256 of this card")),
    ("architecture", N_("Architecture")),
    ("id", N_("Identifier")),
)


def card_html(card: Descriptor) -> str:
    """Every field of a card as a table."""
    rows = "".join(
        f"<tr><td style='padding:3px 12px 3px 0' width='30%'><b>{escape(_(name))}</b></td>"
        f"<td style='padding:3px 0'>{_value(card, field)}</td></tr>"
        for field, name in FIELDS
    )
    return f"<p>{escape(word(card.family))}. {escape(meaning(card.family))}</p><table width='100%'>{rows}</table>"


def _value(card: Descriptor, field: str) -> str:
    value = getattr(card, field)
    if field == "parameters":
        return "<br>".join(
            escape(f"{p.name} = {p.default}" + (f" ({', '.join(p.choices)})" if p.choices else ""))
            + (f"<br><i>{escape(_(p.explanation))}</i>" if p.explanation else "")
            for p in card.parameters
        ) or escape(_("none"))  # fmt: skip
    if field == "scales":
        return ", ".join(f"×{scale}" for scale in card.scales)
    if field == "limitations":
        return "<ul style='margin:0 0 0 -24px'>" + "".join(f"<li>{escape(_(line))}</li>" for line in value) + "</ul>"
    if isinstance(value, bool):
        return escape(_("yes") if value else _("no"))
    if value is None or value == "":
        return escape(_("none"))
    return escape(_(str(value)))


class CardDialog(QDialog):
    """The card of one backend."""

    def __init__(self, card: Descriptor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("About {title}").format(title=_(card.title)))
        self.resize(720, 620)
        text = QTextBrowser()
        text.setOpenExternalLinks(False)
        text.setHtml(card_html(card))
        text.setAccessibleName(self.windowTitle())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(_("Close"))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(FamilyBanner(card.family))
        column.addWidget(text, 1)
        column.addWidget(buttons)
