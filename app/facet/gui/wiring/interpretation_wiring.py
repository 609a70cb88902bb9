"""How the footage is understood, between the panel and the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from facet.core.frame import Decoding
from facet.core.i18n import _
from facet.core.interpretation import Interpretation
from facet.gui.altered import ORDER_NAMES, RANGE_NAMES, order_name
from facet.gui.panels.interpretation_panel import Word
from facet.gui.view.sight import Sight

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow


class InterpretationWiring(QObject):
    """Connects the interpretation panel."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.footage
        self._panel = window.parts.case.interpretation
        self._desk.opened.connect(lambda _reader: self._begin())
        self._desk.understood.connect(self._understood)
        self._desk.seen.connect(self._seen)
        self._panel.chosen.connect(self._chosen)
        self._panel.refused.connect(window.parts.messages.error)
        window.actions_.on("interpretation", self._show)
        window.actions_["interpretation"].setEnabled(False)

    def _begin(self) -> None:
        self._panel.setEnabled(True)
        self._window.actions_["interpretation"].setEnabled(True)
        self._panel.show_words({})

    def _show(self) -> None:
        self._window.parts.case.show_interpretation()

    def _understood(self) -> None:
        self._panel.show_interpretation(self._desk.interpretation, bob=self._desk.walk is not None)

    def _chosen(self, interpretation: Interpretation, bob: bool) -> None:  # a Qt signal
        self._window.parts.transport.shuttle.halt()
        self._desk.understand(interpretation, bob=bob)

    def _seen(self, sight: Sight) -> None:
        if sight.frame is None:
            return
        decoding = sight.frame.decoding
        if decoding.interlaced:
            said = _("the picture is interlaced: {order}").format(
                order=order_name(sight.interpretation, field_order(decoding))
            )
        else:
            said = _("the picture is not marked as interlaced")
        self._panel.show_words(words_of(decoding, sight.interpretation), said)


def words_of(decoding: Decoding, interpretation: Interpretation) -> dict[str, Word]:
    """What the file declares and what is used, as people read it. Of a single field the aspect of both is told."""
    aspect = decoding.sample_aspect if decoding.fields == "weave" else interpretation.sample_aspect
    return {
        "matrix": Word(declared=decoding.matrix_declared, used=decoding.matrix),
        "colour_range": Word(
            declared=_named(RANGE_NAMES, decoding.colour_range_declared),
            used=_named(RANGE_NAMES, decoding.colour_range),
        ),
        "chroma_location": Word(declared=decoding.chroma_location_declared, used=decoding.chroma_location),
        "sample_aspect": Word(declared=decoding.sample_aspect_declared, used=aspect),
        "rotation": Word(declared=_degrees(decoding.rotation_declared), used=_degrees(decoding.rotation)),
        "field_order": Word(
            declared=_named(ORDER_NAMES, decoding.field_order_declared), used=_named(ORDER_NAMES, decoding.field_order)
        ),
    }


def field_order(decoding: Decoding) -> str | None:
    """Which field is the earlier one, by the container's word or else the picture's own flag."""
    if decoding.field_order_declared in ORDER_NAMES and decoding.field_order_declared != "progressive":
        return decoding.field_order_declared
    if decoding.interlaced and decoding.top_field_first is not None:
        return "tt" if decoding.top_field_first else "bb"
    return None


def _named(names: dict[str, str], value: str | None) -> str | None:
    return _(names[value]) if value in names else value


def _degrees(value: int | None) -> str | None:
    return None if value is None else f"{value}°"
