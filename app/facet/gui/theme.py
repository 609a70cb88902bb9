"""Colours and icons: neutral greys around a mid-grey surround, dark or light."""

from __future__ import annotations

import tomllib
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from facet.core.locate import shipped

DARK, LIGHT = "dark", "light"
ICON_SIZES = (20, 40, 64)
HANGUL = "NanumGothic"
"""The family that travels with Facet."""
_INK = "#808080"
"""The grey in the icon files that is replaced by the theme's own."""

_chosen = DARK


@cache
def colours(theme: str) -> dict[str, str]:
    """The theme's colours by role, ``#rrggbb``."""
    with (shipped("resources") / "theme" / f"{theme}.toml").open("rb") as stream:
        return {str(role): str(value) for role, value in tomllib.load(stream).items()}


def current() -> str:
    """``dark`` or ``light``."""
    return _chosen


def colour(role: str) -> QColor:
    """A colour of the chosen theme."""
    return QColor(colours(_chosen)[role])


def system_theme() -> str:
    """What the desktop prefers; dark where it does not say."""
    light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
    return LIGHT if light else DARK


def apply_theme(app: QApplication, theme: str) -> None:
    """Dress the application. Icons made before keep their colour."""
    global _chosen  # noqa: PLW0603  # one program, one dress
    _chosen = theme
    icon.cache_clear()
    shades = colours(theme)
    app.setStyle("Fusion")
    palette = QPalette()
    for role, shade in (
        (QPalette.ColorRole.Window, "window"),
        (QPalette.ColorRole.WindowText, "text"),
        (QPalette.ColorRole.Base, "field"),
        (QPalette.ColorRole.AlternateBase, "panel"),
        (QPalette.ColorRole.Text, "text"),
        (QPalette.ColorRole.Button, "raised"),
        (QPalette.ColorRole.ButtonText, "text"),
        (QPalette.ColorRole.ToolTipBase, "field"),
        (QPalette.ColorRole.ToolTipText, "text"),
        (QPalette.ColorRole.PlaceholderText, "disabled"),
        (QPalette.ColorRole.Highlight, "accent"),
        (QPalette.ColorRole.HighlightedText, "accent_text"),
        (QPalette.ColorRole.Link, "accent"),
        (QPalette.ColorRole.Mid, "line"),
    ):
        palette.setColor(role, QColor(shades[shade]))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(shades["disabled"]))
    app.setPalette(palette)
    app.setStyleSheet(_style_sheet(theme))


def apply_font(app: QApplication, language: str) -> None:
    """Bring the Hangul typeface, so that Korean can be read anywhere; where Korean is spoken it leads."""
    known = QFontDatabase.families()
    if HANGUL not in known:
        for file in sorted((shipped("resources") / "fonts").glob("NanumGothic*.ttf")):
            QFontDatabase.addApplicationFont(str(file))
    font = app.font()
    own = [name for name in (*font.families(), QFontInfo(font).family()) if name != HANGUL]
    font.setFamilies([HANGUL, *own] if language == "ko" else [*own, HANGUL])
    app.setFont(font)


def _style_sheet(theme: str) -> str:
    text = (shipped("resources") / "theme" / "window.qss").read_text(encoding="utf-8")
    for role, shade in sorted(colours(theme).items(), key=lambda pair: -len(pair[0])):
        text = text.replace(f"@{role}", shade)
    return text.replace("@check", (shipped("resources") / "icons" / f"check-{theme}.svg").as_posix())


@cache
def icon(name: str, role: str = "text") -> QIcon:
    """The drawing ``resources/icons/<name>.svg`` in the theme's colour for ``role``, in all usual sizes."""
    made = QIcon()
    for size in ICON_SIZES:
        made.addPixmap(pixmap(name, size, role), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, size, "disabled"), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, size: int, role: str = "text") -> QPixmap:
    """One drawing, ``size`` device pixels square, in the theme's colour for ``role``."""
    drawing = (shipped("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace(_INK, colours(_chosen)[role]).encode()))
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture
