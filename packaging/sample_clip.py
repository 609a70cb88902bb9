"""Put the demo's real clip into the store ($FACET_HOME or the user's own). Run with the .venv's Python.

Without an argument it is fetched as the demo would; with one it is taken from that file. Its digest is checked
either way. Exit codes as Facet's: 3 without a network, 2 for a wrong file.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from facet.core.errors import FacetError
from facet.workbench.sample import real_clip
from facet.workbench.settings import home_folder


def main(arguments: list[str]) -> int:
    """The exit code; the clip's path is printed."""
    home = home_folder()
    try:
        if arguments:
            given = Path(arguments[0])
            kept = home / "samples" / given.name
            kept.parent.mkdir(parents=True, exist_ok=True)
            if not kept.is_file():
                shutil.copyfile(given, kept)
        print(real_clip(home).path)
    except FacetError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"The demo's clip can't be kept under {home}: {error.strerror}.", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
