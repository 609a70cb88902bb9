"""The command line as a test sees it: what it prints, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ran:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document."""
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line that an error is; fails if there is more than one, or a traceback. Progress may stand before."""
        lines = [line for line in self.err.splitlines() if line.startswith("facet")]
        assert "Traceback" not in self.err, self.err
        assert len(lines) == 1, self.err
        return lines[0]


def facet(*arguments: object, **environment: str) -> Ran:
    """Run ``facet`` in a process of its own, as a user does."""
    done = subprocess.run(
        [sys.executable, "-m", "facet.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        timeout=280,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def done(*arguments: object, **environment: str) -> Any:
    """Run ``facet … --json``, which must succeed; its document."""
    ran = facet(*arguments, "--json", **environment)
    assert ran.code == 0, f"facet {' '.join(map(str, arguments))} ended with {ran.code}: {ran.err}"
    return ran.json
