"""Long work under way: one strip each, with progress, time left and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from facet.core.errors import FacetError
from facet.core.i18n import _
from facet.core.progress import Progress
from facet.gui.jobs import Failed, Job, Jobs, Lane
from facet.gui.message_bar import MessageBar
from facet.gui.panels.run_panel import WorkStrip

T = TypeVar("T")


class WorkList(QWidget):
    """Starts long work, shows it while it lasts, and tells of its failure in the message bar."""

    def __init__(self, jobs: Jobs, messages: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._messages = messages
        self._strips = QVBoxLayout(self)
        self._strips.setContentsMargins(8, 0, 8, 0)

    @property
    def strips(self) -> list[WorkStrip]:
        """What is under way, oldest first."""
        return [strip for strip in self.findChildren(WorkStrip) if not strip.isHidden()]

    def run(
        self,
        label: str,
        func: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Failed | None = None,
        *,
        lane: Lane,
    ) -> Job:
        """Like :meth:`~facet.gui.jobs.Jobs.run_task`; ``label`` says what is being done."""
        strip = WorkStrip(self)
        self._strips.addWidget(strip)
        strip.begin(label)

        def gone() -> None:
            strip.hide()
            strip.deleteLater()

        def arrived(result: T) -> None:
            gone()
            done(result)

        def refused(error: FacetError) -> None:
            gone()
            if failed is None:
                self._messages.error(error)
            else:
                failed(error)

        job = self._jobs.run_task(
            func, arrived, refused, lambda did, total, step: strip.report(did, total, _(step)), lane=lane
        )
        strip.cancelled.connect(job.cancel)
        return job
