"""Things to read: the keys, and what Facet is."""

from __future__ import annotations

import platform
from html import escape

import PySide6
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from facet import __version__
from facet.core.i18n import N_, _

KEYS = (
    (", .", N_("One frame back, one frame on")),
    ("← →", N_("One frame back or on; with a held box: move the box")),
    ("J K L", N_("Play backwards, halt, play forwards; again for twice the speed")),
    ("Shift+J  Shift+L", N_("Play backwards or forwards at half speed")),
    ("Space", N_("Play or halt (while the picture or the timeline has the keys)")),
    ("Home End", N_("First and last frame")),
    ("Ctrl+G", N_("Go to a frame or a time")),
    ("M  Shift+M", N_("Mark this frame; mark it, or the part from in to out, with a note")),
    ("[  ]", N_("Previous and next mark or recorded frame")),
    ("I  O", N_("In and out: the part that is played round and round; with Shift: clear")),
    ("A  C", N_("Next activity, next scene change; with Shift: the previous one")),
    ("=  -  0", N_("Timeline: show less in more detail, show more, show the whole recording (also the wheel)")),
    ("Ctrl+K", N_("Say what the clock in the picture shows at this frame")),
    ("B", N_("A box in the middle, or hold the box there is")),
    ("Shift+Arrow, Ctrl+Arrow", N_("Held box: move by ten pixels; change width or height")),
    ("Esc, Del", N_("Let go of the box; take it away")),
    ("Ctrl+I", N_("Interpretation: colour, pixel aspect, rotation, fields")),
    ("F", N_("Find faces in this frame")),
    ("Ctrl+0  Ctrl+1  Ctrl+2", N_("Fit, source pixels 1:1, zoom to the box")),
    ("Ctrl++  Ctrl+-", N_("Zoom in and out (also the wheel)")),
    ("Ctrl+R", N_("Run the ticked backends")),
    ("F6", N_("Change between frame and comparison")),
)


class TextDialog(QDialog):
    """Text to read and to copy."""

    def __init__(self, title: str, html: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(680, 520)
        self.text = QTextBrowser()
        self.text.setHtml(html)
        self.text.setAccessibleName(title)
        box = QDialogButtonBox()
        copy = box.addButton(_("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        close = box.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text, 1)
        column.addWidget(box)


def keys_html() -> str:
    """The table of keys."""
    rows = "".join(
        f"<tr><td style='padding:4px 18px 4px 0'><b>{escape(key)}</b></td><td style='padding:4px 0'>"
        f"{escape(_(what))}</td></tr>"
        for key, what in KEYS
    )
    return f"<table>{rows}</table>"


def about_html(home: str) -> str:
    """What Facet is, and which parts it runs with."""
    lines = (
        _("Facet is a desktop workbench for forensic face super-resolution."),
        _(
            "The published evidence says that face super-resolution often does not help identification and can "
            "mislead. So every output carries what it is, how well it agrees with the evidence, and a receipt that "
            "repeats it."
        ),
        _("Facet goes to no network unasked. Licence: Apache-2.0."),
    )
    facts = "<br>".join(
        escape(line)
        for line in (
            f"Facet {__version__}",
            f"Python {platform.python_version()}, PySide6 {PySide6.__version__}, {platform.platform()}",
            _("Weights and settings: {folder}").format(folder=home),
        )
    )
    return "".join(f"<p>{escape(line)}</p>" for line in lines) + f"<p>{facts}</p>"
