"""The cabinet: what was made once for a report, since it is typeset twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from facet.report.attachments import Attachment
from facet.report.figures import Plate


class Cabinet:
    """Keeps display copies of pictures, and the attachments by file name."""

    def __init__(self, attachments: Iterable[Attachment] = ()) -> None:
        self.files = {attachment.name: attachment for attachment in attachments}
        self._plates: dict[tuple[str, str], Plate] = {}

    def get(self, exhibit: str, kind: str, make: Callable[[], Plate]) -> Plate:
        """What was made before for ``exhibit`` and ``kind``, or what ``make`` makes now."""
        key = (exhibit, kind)
        if key not in self._plates:
            self._plates[key] = make()
        return self._plates[key]
