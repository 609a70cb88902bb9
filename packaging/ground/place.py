"""Where everything is: the folder that bootstrap.py stands in, and the environment beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class Place(NamedTuple):
    """The source tree, or an offline folder, that Facet is set up in."""

    root: Path

    @property
    def venv(self) -> Path:
        """The environment's folder."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's own Python."""
        return self.venv / "Scripts" / "python.exe" if os.name == "nt" else self.venv / "bin" / "python"

    @property
    def project(self) -> Path:
        """The project file; an offline folder has none."""
        return self.root / "pyproject.toml"

    @property
    def is_source_tree(self) -> bool:
        """Whether this is the source tree rather than an offline folder."""
        return self.project.is_file()

    @property
    def tests_home(self) -> Path:
        """The weights store of the tests: the user's own is not touched by them."""
        return self.root / ".facet"

    def facet(self, *arguments: str) -> list[str]:
        """A command line of the installed Facet; no module of the folder it is called in gets in its way."""
        return [str(self.python), "-P", "-m", "facet.cli", *arguments]
