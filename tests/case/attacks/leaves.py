"""A change of one value somewhere in a JSON object."""

from __future__ import annotations

import random
from typing import Any

Place = tuple[Any, Any]
"""What holds a value, and its key there."""


def change_a_leaf(record: dict[str, Any], chance: random.Random, *, spare: tuple[str, ...] = ()) -> str:
    """Change one value in ``record`` outside the fields ``spare``, take a field out or put one in: what was done."""
    places = [place for name in record if name not in spare for place in _places(record, name)]
    holder, key = chance.choice(places)
    how = chance.random()
    if how < 0.06 and isinstance(holder, dict) and holder is not record:
        del holder[key]
        return f"{key} taken out"
    if how < 0.1:
        record[chance.choice(("remark", "zone", "verified"))] = chance.choice((True, None, "certain"))
        return "a field put in"
    holder[key] = _other(holder[key], chance)
    return str(key)


def _places(holder: Any, key: Any) -> list[Place]:
    value = holder[key]
    inner = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for each in inner for place in _places(value, each)] or [(holder, key)]


def _other(value: Any, chance: random.Random) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + chance.choice((1, -1, 7, 1000))
    if isinstance(value, str):
        if len(value) == 64:
            return value[1:] + ("0" if value[0] != "0" else "1")
        return chance.choice((value + "0", value[:-1], value.swapcase(), "", "1")) if value else "certain"
    return {} if isinstance(value, list) else []
