"""Text from elsewhere as it may be shown."""

from __future__ import annotations


def as_shown(value: object, longest: int | None = None) -> str:
    """``value`` as text without control characters and what is not Unicode, which become U+FFFD; of ``longest``
    characters at most."""
    text = str(value)[:longest]
    return text if text.isprintable() else "".join(each if each.isprintable() else "\ufffd" for each in text)
