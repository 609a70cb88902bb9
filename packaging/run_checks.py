"""Every check and test, one after the other, each with its time. Run by ``bootstrap.py test`` with the .venv's Python.

Arguments go to pytest, which runs last, so that its closing line is the last one where all is well. The exit code is 0
only when every check passed.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS = 5
"""pytest's exit code when it found nothing to run."""


def tell(text: str) -> None:
    """A line that stands in its place among what the checks print."""
    print(text, flush=True)


def module(name: str, *arguments: str) -> list[str]:
    """A tool of this environment as a command."""
    return [sys.executable, "-m", name, *arguments]


IMPORT_LINTER = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CHECKS: dict[str, list[str]] = {
    "ruff check": module("ruff", "check", "--no-cache", "."),
    "ruff format": module("ruff", "format", "--check", "."),
    "mypy": module("mypy"),
    "mypy of the scripts": module("mypy", "bootstrap.py", "packaging"),
    "import-linter": [sys.executable, "-c", IMPORT_LINTER],
}


def environment(scratch: Path) -> dict[str, str]:
    """What Qt needs where there is no screen, and a UTF-8 locale where there is none."""
    made = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    locale = made.get("LC_ALL") or made.get("LC_CTYPE") or made.get("LANG") or ""
    if "utf" not in locale.lower():
        made["LC_ALL"] = "C.UTF-8"
    if "XDG_RUNTIME_DIR" not in made:
        runtime = scratch / "runtime"
        runtime.mkdir(mode=stat.S_IRWXU)
        made["XDG_RUNTIME_DIR"] = str(runtime)
    return made


def timed(name: str, command: Sequence[str], variables: Mapping[str, str], *, last: bool = False) -> int:
    """Run one step, tell its outcome and its time, and return its exit code. The last one closes with its own words."""
    tell(f"── {name}")
    start = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode
    if not last or code:
        outcome = "passed" if code == 0 else f"failed (exit code {code})"
        tell(f"── {name}: {outcome} in {time.monotonic() - start:.0f} s")
    return code


def main() -> int:
    """The exit code of the whole."""
    with tempfile.TemporaryDirectory(prefix="facet-checks-") as folder:
        variables = environment(Path(folder))
        failed = [name for name, command in CHECKS.items() if timed(name, command, variables)]
        weights = module("facet.cli", "models", "install", "--all")
        if timed("pretrained weights (once)", weights, variables):
            tell("Tests that need pretrained weights are skipped by name.")
        if timed("sample footage (once)", [sys.executable, str(ROOT / "packaging" / "sample_clip.py")], variables):
            tell("Tests that need the real clip are skipped by name.")
        code = timed("pytest", module("pytest", *sys.argv[1:]), variables, last=True)
    if code:
        failed.append("pytest ran no test" if code == NO_TESTS else "pytest")
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
