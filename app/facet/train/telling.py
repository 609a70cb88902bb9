"""What a training tells whoever started it: progress and errors on standard error, a result on standard output."""

from __future__ import annotations

import sys
import time
from typing import Any

from facet.core.errors import EnvironmentLacksError, FacetError, InternalError
from facet.core.i18n import _, current_language, translator

BEAT = 5.0
"""Seconds between two lines of progress."""


class Lines:
    """Progress as a line now and then, with the time that is left of the work under way."""

    def __init__(self) -> None:
        self._label: str | None = None
        self._begun = (0.0, 0)
        self._last = 0.0

    def __call__(self, done: int, total: int, label: str = "") -> None:
        """See :class:`~facet.core.progress.Progress`."""
        now = time.monotonic()
        if label != self._label:
            self._label, self._begun, self._last = label, (now, done), now
        if now - self._last < BEAT or done == self._begun[1]:
            return
        self._last = now
        each = (now - self._begun[0]) / (done - self._begun[1])
        hours, seconds = divmod(round(each * (total - done)), 3600)
        left = f"{hours}:{seconds // 60:02d}:{seconds % 60:02d}"
        text = _("{label} {done}/{total}, {each} s each, {left} left")
        print(
            text.format(label=_(label), done=done, total=total, each=f"{each:.2f}", left=left),
            file=sys.stderr,
            flush=True,
        )


def sentence(result: dict[str, Any]) -> str:
    """The result of a training or of an export, for people."""
    if "exported" in result:
        return _("{exported}: {steps} of {of} steps, SHA-256 of the weights {weights_sha256}.").format(**result)
    if result["psnr_y"] is None:
        text = _("{recipe}: {steps} of {of} steps, loss {loss}.")
    else:
        text = _("{recipe}: {steps} of {of} steps, loss {loss}, PSNR-Y {psnr_y} dB on the validation pictures.")
    figures = {"loss": f"{result['loss']:.4g}", "psnr_y": f"{result['psnr_y'] or 0:.2f}"}
    return text.format(**{**result, **figures})


def tell(error: BaseException) -> int:
    """One plain line for whatever ended the process; the exit code. Lets the interpreter's own exits pass."""
    match error:
        case FacetError():
            told = error
        case KeyboardInterrupt():
            print(f"facet: {_('Stopped. The same command goes on from the last checkpoint.')}", file=sys.stderr)
            return 130
        case MemoryError():
            told = EnvironmentLacksError("Not enough memory. Make the batch or the patches smaller.")
        case OSError():
            told = EnvironmentLacksError("{reason}.", reason=f"{error.filename or ''}: {error.strerror or error}")
        case Exception():
            told = InternalError(
                "A fault in Facet itself: {reason}. Nothing recorded is lost. Run it again with --debug and report it.",
                reason=f"{type(error).__name__}: {error}",
            )
        case _:
            raise error
    print(f"facet: {' '.join(told.localised(translator(current_language())).split())}", file=sys.stderr)
    return told.exit_code
