"""Recorded values as people read them: names in the report's language, values as recorded, unknown as a dash.

The attached receipt has the same values under the names that programs know.
"""

from __future__ import annotations

from facet.core.canonical import Json
from facet.core.i18n import N_
from facet.report.sheet import Sheet, clipped
from facet.report.text import inline

NAMES = {
    "bits": N_("bits per sample"),
    "bottom_right_of_each_tile": N_("added at the right and bottom of each tile"),
    "chroma_location": N_("chroma location"),
    "chroma_location_declared": N_("chroma location declared"),
    "clockwise_degrees": N_("degrees clockwise"),
    "codec": N_("codec"),
    "colour_range": N_("colour range used"),
    "colour_range_declared": N_("colour range declared"),
    "corrupt": N_("damaged when decoded"),
    "cpu_capability": N_("processor capability"),
    "decoder": N_("decoder"),
    "determinism": N_("determinism"),
    "device": N_("device"),
    "device_name": N_("device name"),
    "driver": N_("driver"),
    "field_order": N_("field order"),
    "field_order_declared": N_("field order declared"),
    "fields": N_("fields shown"),
    "from": N_("size before"),
    "height": N_("height"),
    "interlaced": N_("interlaced"),
    "kernel": N_("kernel"),
    "key_frame": N_("key frame"),
    "matrix": N_("colour matrix used"),
    "matrix_declared": N_("colour matrix declared"),
    "memory_format": N_("memory format"),
    "minimum": N_("least side"),
    "mode": N_("mode"),
    "multiple_of": N_("side a multiple of"),
    "one_field": N_("coded as a single field"),
    "overlap": N_("tile overlap"),
    "picture_sha256": N_("picture digest"),
    "picture_type": N_("picture type"),
    "pixel_format": N_("pixel format"),
    "platform": N_("system"),
    "precision": N_("number format"),
    "preview": N_("preview only"),
    "rotation": N_("rotation in degrees"),
    "rotation_declared": N_("rotation declared, in degrees"),
    "rounding": N_("rounding"),
    "sample_aspect": N_("pixel aspect"),
    "sample_aspect_declared": N_("pixel aspect declared"),
    "scale": N_("scale"),
    "square": N_("made square"),
    "step": N_("step"),
    "system": N_("system"),
    "threads": N_("threads"),
    "tile": N_("tile side"),
    "tile_overlap": N_("tile overlap"),
    "tiles": N_("tiles"),
    "to": N_("size after"),
    "top_field_first": N_("top field first"),
    "width": N_("width"),
}
"""What recorded names are called; others are printed as they are spelt."""

VALUES = {
    "step": {
        "pad": N_("padded"),
        "prepared": N_("prepared picture"),
        "rotate": N_("turned upright"),
        "square pixels": N_("made square pixels"),
    },
    "fields": {"weave": N_("all rows"), "top": N_("the top field alone"), "bottom": N_("the bottom field alone")},
    "mode": {"reflect, cut off again afterwards": N_("mirrored at the edge, cut off again afterwards")},
    "rounding": {
        "nearest, ties to even, clipped to the range of the samples": N_(
            "to the nearest whole number, ties to even, within the range of the samples"
        )
    },
}
"""What a few recorded values say, by their name."""


def name_of(sheet: Sheet, name: str) -> str:
    """A recorded name as markup."""
    known = NAMES.get(name)
    return inline(sheet.translate(known) if known else clipped(name.replace("_", " "), 60))


def spelt(sheet: Sheet, value: Json) -> str:
    """A JSON value as markup."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return sheet.yes_no(value)
    if isinstance(value, dict):
        return "; ".join(f"{name_of(sheet, name)}: {_named(sheet, name, item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(spelt(sheet, item) for item in value)
    return inline(clipped(str(value)))


def _named(sheet: Sheet, name: str, value: Json) -> str:
    known = VALUES.get(name, {}).get(value) if isinstance(value, str) else None
    return sheet.text(known) if known else spelt(sheet, value)
