"""The head of the journal, read back out of a report: what a case file is later held against."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pikepdf

from facet.core.errors import InputError
from facet.report.attachments import HEAD_NAME, HEAD_SCHEMA

LARGEST = 1 << 16
"""Bytes; the attachment is about 200."""


def read_head(path: Path) -> dict[str, Any]:
    """``{"seq": int, "sha256": str, "case": str}`` from a report. Raises ``InputError`` in one plain line."""
    try:
        with pikepdf.open(path) as pdf:
            content = _attached(pdf)
    except FileNotFoundError:
        raise InputError("{name}: no such file.", name=str(path)) from None
    except IsADirectoryError:
        raise InputError("{name} is a folder, not a report. Name the PDF.", name=str(path)) from None
    except PermissionError:
        raise InputError("{name}: no permission to read it.", name=str(path)) from None
    except pikepdf.PasswordError:
        raise InputError("{name} is locked with a password. Facet's reports are not.", name=path.name) from None
    except (pikepdf.PdfError, OSError, ValueError, TypeError, RuntimeError):
        raise InputError("{name} is not a PDF that can be read. Name a report of Facet.", name=path.name) from None
    if content is None:
        raise InputError("{name} is a PDF but not a report of Facet: it holds no journal head.", name=path.name)
    head = _head(content)
    if head is None:
        raise InputError("{name}: the journal head in it is damaged. Get the report again.", name=path.name)
    return head


def _attached(pdf: pikepdf.Pdf) -> bytes | None:
    if HEAD_NAME not in pdf.attachments:
        return None
    file = pdf.attachments[HEAD_NAME].get_file()
    return bytes(file.read_bytes()) if 0 <= file.size <= LARGEST else b""


def _head(content: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("schema") != HEAD_SCHEMA:
        return None
    seq, digest, case = (found.get(name) for name in ("seq", "sha256", "case"))
    whole = isinstance(seq, int) and not isinstance(seq, bool) and seq >= 0
    if not whole or not isinstance(digest, str) or not re.fullmatch(r"[0-9a-f]{64}", digest):
        return None
    return {"seq": seq, "sha256": digest, "case": case if isinstance(case, str) else ""}
