"""Everything the window can do, as actions with names, keys and drawings, in menus and on the tool bar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from facet.core.i18n import _
from facet.gui.theme import icon
from facet.gui.view.transport import Transport

Keys = QKeySequence.StandardKey | str | None


class Actions(QObject):
    """Actions by name. The main window connects them; ``__getitem__`` finds them."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._known: dict[str, QAction] = {}
        self._add_case()
        self._add_view()

    def _add_case(self) -> None:
        """What is done with files, cases and what leaves."""
        add = self._add
        add("open-footage", "footage", _("Open footage …"), "Ctrl+O", _("Open a video or a still picture, read-only"))
        add("open-folder", None, _("Open a folder of pictures …"), None, "")
        add("new-case", "case-new", _("New case …"), "Ctrl+N", _("Make a case file"))
        add("open-case", "case-open", _("Open case …"), "Ctrl+Shift+O", _("Open a case file"))
        add("close-case", None, _("Close case"), None, "")
        add("verify-file", "verify", _("Verify a case file …"), None, "")
        add("verify-package", "verify", _("Verify a package …"), None, _("Check the folder of a package, and its case"))
        add("quit", None, _("Quit"), "Ctrl+Q", "")
        add("ingest", "footage", _("Record this footage in the case"), None, "")
        add("remark", "note", _("Note or finding …"), "Ctrl+T", _("Record a note or a finding in the case"))
        add("tag", "tag", _("Tag …"), "Ctrl+Shift+T", _("Tag the chosen exhibit with a word to find it by"))
        add("search", "search", _("Search in the case"), "Ctrl+F", "")
        add("relink", None, _("Find moved footage …"), None, _("Say where footage of the case lies now"))
        add("withdraw", "withdraw", _("Withdraw exhibit …"), None, _("Withdraw the chosen exhibit; nothing is deleted"))
        add(
            "export-all",
            "export",
            _("Export the case …"),
            "Ctrl+Shift+E",
            _("Export every picture, a package that others can check, or CASE/UCO"),
        )
        add("case-facts", "about", _("Facts, notes and findings of the case"), None, "")
        add("import-weights", "install", _("Install weights from a file …"), None, "")
        add("own-model", "install", _("Add your own model …"), None, "")
        add("export", "export", _("Export picture …"), "Ctrl+E", _("Export the chosen picture with its banner"))
        add("report", "report", _("Write report …"), "Ctrl+P", _("Write the PDF report"))
        add("verify", "verify", _("Verify case …"), None, _("Check every digest of the case and its footage"))
        add("seal", "seal", _("Seal the case …"), None, _("Sign everything recorded so far with your key"))
        add("new-key", None, _("Make a key …"), None, _("Make a key that seals cases in your name"))
        add("migrate", None, _("Copy into the present format …"), None, "")
        add("reproduce-one", "reproduce", _("Reproduce this output"), None, _("Make it again and compare digests"))
        add(
            "reproduce", "reproduce", _("Reproduce every output"), None, _("Make all outputs again and compare digests")
        )

    def _add_view(self) -> None:
        """What is done with the picture, runs, and the program itself."""
        add = self._add
        add("go-to", "go-to", _("Go to frame or time …"), "Ctrl+G", "")
        add("slowly", None, _("Play at half speed"), "Shift+L", "")
        add("slowly-back", None, _("Play backwards at half speed"), "Shift+J", "")
        add("interpretation", None, _("Interpretation: colour, aspect, fields"), "Ctrl+I", "")
        tip = _("What is recorded is withdrawn, never undone")
        add("undo", None, _("Undo box or draft"), QKeySequence.StandardKey.Undo, tip)
        add("redo", None, _("Redo box or draft"), QKeySequence.StandardKey.Redo, tip)
        add("new-box", "box", _("New box"), "B", "")
        add("faces", "faces", _("Find faces"), "F", "")
        add("run", "run", _("Run the ticked backends"), "Ctrl+R", "")
        add("stop", "cancel", _("Stop the run"), "Ctrl+.", "")
        add("fit", "fit", _("Fit"), "Ctrl+0", _("Show the whole picture"))
        add("actual", "actual", _("Source pixels 1:1"), "Ctrl+1", _("One screen pixel for each source pixel"))
        add("to-box", "zoom-in", _("Zoom to the box"), "Ctrl+2", "")
        add("closer", "zoom-in", _("Zoom in"), QKeySequence.StandardKey.ZoomIn, "")
        add("farther", "zoom-out", _("Zoom out"), QKeySequence.StandardKey.ZoomOut, "")
        add("swap", "compare", _("Frame or comparison"), "F6", "")
        add("settings", "settings", _("Settings …"), "Ctrl+,", "")
        add("profiles", None, _("Profiles …"), None, _("Examiner, agency and key, changed in one step"))
        add("keys", None, _("Keys"), "F1", "")
        add("about", "about", _("About Facet"), None, "")

    def __getitem__(self, name: str) -> QAction:
        return self._known[name]

    def on(self, name: str, do: Callable[[], object]) -> None:
        """What an action does."""
        self._known[name].triggered.connect(lambda _checked=False: do())

    def build(self, transport: Transport) -> None:
        """Make the menus and the tool bar."""
        bar = self._window.menuBar()
        self._fill(
            bar.addMenu(_("&File")),
            "open-footage open-folder -",
            "new-case open-case close-case - report export export-all - verify-file verify-package - quit",
        )
        self._fill(
            bar.addMenu(_("&Case")),
            "case-facts search - ingest relink remark tag withdraw -",
            "verify seal new-key - reproduce-one reproduce - migrate",
        )
        go = bar.addMenu(_("&Go"))
        self._fill(go, "go-to -")
        moves, keys, *groups = transport.groups
        go.addActions([*moves, *keys])
        self._fill(go, "slowly slowly-back")
        for actions in groups:
            go.addSeparator()
            go.addActions(actions)
        self._fill(
            bar.addMenu(_("&Picture")),
            "undo redo - new-box faces - interpretation - fit actual to-box closer farther - swap",
        )
        self._fill(bar.addMenu(_("&Run")), "run stop - import-weights own-model")
        self._fill(bar.addMenu(_("&Help")), "keys settings profiles about")
        tools = QToolBar(_("Tools"), self._window)
        tools.setMovable(False)
        tools.setIconSize(QSize(20, 20))
        tools.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        tools.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._window.addToolBar(tools)
        for group in ("open-footage new-case open-case", "go-to new-box faces", "remark report export seal verify"):
            tools.addActions([self._known[name] for name in group.split()])
            tools.addSeparator()
        tools.addActions([self._known["settings"]])
        for name in ("go-to", "new-box", "settings", "seal", "verify", "export"):
            button = tools.widgetForAction(self._known[name])
            button.setProperty("toolButtonStyle", Qt.ToolButtonStyle.ToolButtonIconOnly)

    def exhibit_menu(self, menu: QMenu) -> None:
        """What can be done with the chosen exhibit."""
        self._fill(menu, "remark tag export withdraw - relink reproduce-one")

    def _fill(self, menu: QMenu, *names: str) -> None:
        for name in " ".join(names).split():
            if name == "-":
                menu.addSeparator()
            else:
                menu.addAction(self._known[name])

    def _add(self, name: str, drawing: str | None, text: str, keys: Keys, tip: str) -> None:
        action = QAction(text, self)
        if drawing is not None:
            action.setIcon(icon(drawing))
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip or text}  ({shown})" if shown else tip or text)
        self._known[name] = action
