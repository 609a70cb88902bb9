"""The window's beginning: what can go wrong before Qt starts is said in words."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

MISSING = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
"""Libraries that Qt needs on Linux, and the Debian packages that bring them."""
OF_XCB = [name for name in MISSING if name.startswith(("libxcb", "libxkb"))]
FOREIGN = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "QT_PLUGIN_PATH")
"""Set by cv2 to folders of its own, where Qt must not look."""

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], None]


def clear_foreign_paths(environment: dict[str, str] | os._Environ[str]) -> None:
    """Take away Qt paths that point into cv2's folders."""
    for name in FOREIGN:
        if "cv2" in environment.get(name, ""):
            del environment[name]


def trouble_before_qt(environment: dict[str, str] | os._Environ[str]) -> str | None:
    """Why no window can open here, with what to do, or None."""
    if not sys.platform.startswith("linux"):
        return None
    platform = environment.get("QT_QPA_PLATFORM", "")
    if not platform and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return (
            "There is no display here, so no window can open. Log in to a desktop, or use the command line: "
            "facet --help"
        )
    on_x11 = platform.startswith("xcb") or (not platform and not environment.get("WAYLAND_DISPLAY"))
    wanted = [name for name in MISSING if on_x11 or name not in OF_XCB]
    packages = sorted({MISSING[name] for name in wanted if not _loads(name)})
    if packages:
        return (
            "The window needs system libraries that are not installed. Install them with:\n"
            f"  sudo apt-get install {' '.join(packages)}"
        )
    return None


def _loads(library: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window, perhaps with a case file or footage; the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    clear_foreign_paths(os.environ)
    trouble = trouble_before_qt(os.environ)
    if trouble is not None:
        print(trouble, file=sys.stderr)  # noqa: T201  # there is no window to say it in
        return 3
    try:
        from PySide6.QtWidgets import QApplication

        from facet.core.errors import FacetError
        from facet.gui.main_window import MainWindow
    except ImportError as error:
        print(  # noqa: T201
            f"The window can't start: {error}. Set Facet up again with: python3 bootstrap.py setup", file=sys.stderr
        )
        return 3
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Facet")
    app.setApplicationDisplayName("Facet")
    app.setDesktopFileName("facet")
    windows: list[MainWindow] = []

    def show(paths: Sequence[Path]) -> None:
        window = MainWindow()
        windows[:] = [window]
        sys.excepthook = _telling(window)
        window.reopened.connect(show)
        window.show()
        for path in paths:
            window.open_path(path)

    try:
        show([Path(argument) for argument in given[:2]])
    except FacetError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    return app.exec()


def _telling(window: object) -> Hook:
    from facet.core.errors import InternalError
    from facet.gui.main_window import MainWindow

    assert isinstance(window, MainWindow)

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            window.close()
            return
        fault = InternalError("A fault in Facet itself: {reason}.", reason=f"{kind.__name__}: {error}")
        text = "".join(traceback.format_exception(kind, error, trace))
        fault.add_note(text)
        print(text, file=sys.stderr)  # noqa: T201
        window.parts.messages.error(fault)

    return tell


if __name__ == "__main__":
    sys.exit(main())
