"""What is understood otherwise than the file declares, in words."""

from __future__ import annotations

from facet.core.i18n import N_, _
from facet.core.interpretation import Interpretation

FIELD_NAMES = {"weave": N_("both fields"), "top": N_("top field"), "bottom": N_("bottom field")}
ORDER_NAMES = {
    "progressive": N_("not interlaced"),
    "tt": N_("top field first"),
    "tb": N_("bottom field first"),
    "bb": N_("bottom field first"),
    "bt": N_("top field first"),
}
RANGE_NAMES = {"tv": N_("limited (tv)"), "pc": N_("full (pc)")}


def alterations(interpretation: Interpretation) -> list[str]:
    """Every override by name and value; empty where all is as declared."""
    said = []
    if interpretation.matrix is not None:
        said.append(_("colour matrix {value}").format(value=interpretation.matrix))
    if interpretation.colour_range is not None:
        said.append(_("colour range {value}").format(value=_(RANGE_NAMES[interpretation.colour_range])))
    if interpretation.chroma_location is not None:
        said.append(_("chroma siting {value}").format(value=interpretation.chroma_location))
    if interpretation.sample_aspect is not None:
        said.append(_("pixel aspect {value}").format(value=interpretation.sample_aspect))
    if interpretation.rotation is not None:
        said.append(_("turned by {degrees}°").format(degrees=interpretation.rotation))
    if interpretation.field_order is not None:
        said.append(_(ORDER_NAMES[interpretation.field_order]))
    if interpretation.fields != "weave":
        said.append(_(FIELD_NAMES[interpretation.fields]))
    return said


def field_name(field: str) -> str:
    """``top field``; nothing for both woven together."""
    return "" if field == "weave" else _(FIELD_NAMES[field])


def woven(interpretation: Interpretation, *, interlaced: bool) -> bool:
    """Whether rows of two moments are shown in one picture; ``interlaced`` is the picture's own word."""
    if interpretation.field_order is not None:
        interlaced = interpretation.field_order != "progressive"
    return interlaced and interpretation.fields == "weave"


def order_name(interpretation: Interpretation, declared: str | None) -> str:
    """Which field comes first, as the examiner says or else the file."""
    order = interpretation.field_order or declared
    return _("order of the fields not declared") if order in (None, "progressive") else _(ORDER_NAMES[order])
