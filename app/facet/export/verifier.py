"""The text of ``verify.py``: the stand-alone modules one after the other, in one file that anybody can read and run."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from facet import __version__

ROOM = Path(__file__).with_name("standalone")
ORDER = (
    "findings", "canonical", "edwards", "pictures", "bagfile", "casefile", "chain", "rows", "seals", "package",
    "script",
)  # fmt: skip
"""Each module after those it imports."""
HEAD = '''\
#!/usr/bin/env python3
"""Checks a package of Facet, or a case file, with nothing but Python 3.8 or newer (Facet {version}).

    python3 verify.py                      the package in whose folder this file lies
    python3 verify.py BAG|CASE.facet [--key HEX|FILE] [--against NUMBER:DIGEST] [--without-pixels] [--json]

Nothing is written. Exit code 0: whole; 1: not as it was recorded; 2: wrongly called. Whoever altered a package may have
altered the verify.py in it as well: use one that you have from elsewhere, and compare the journal head with one that
was kept elsewhere.
"""

from __future__ import annotations

'''
TAIL = """

if __name__ == "__main__":
    sys.exit(main())
"""


@cache
def verifier_script() -> str:
    """The whole program. The same for one version of Facet, byte for byte."""
    plain: set[str] = set()
    chosen: dict[str, set[str]] = {}
    bodies: list[str] = []
    for name in ORDER:
        text = (ROOM / f"{name}.py").read_text(encoding="utf-8")
        tree = ast.parse(text)
        last = 0
        for node in tree.body:
            if isinstance(node, ast.Import):
                plain |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom):
                chosen.setdefault(node.module or "", set()).update(each.name for each in node.names)
            else:
                continue
            last = node.end_lineno or last
        said = "".join(f"# {line}".rstrip() + "\n" for line in (ast.get_docstring(tree) or "").splitlines())
        bodies.append(f"\n\n{said}\n" + "\n".join(text.splitlines()[last:]).strip("\n") + "\n")
    imports = [f"import {name}" for name in sorted(plain)]
    for module in sorted(chosen):
        if module != "__future__" and not module.startswith("facet."):
            imports.append(f"from {module} import {', '.join(sorted(chosen[module]))}")
    return HEAD.format(version=__version__) + "\n".join(imports) + "\n" + "".join(bodies) + TAIL
