"""An agency's own numbers for exhibits, made by a template: ``{agency}-{number}-{footage:03d}-{frame}``."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter

from facet.case import Case, Exhibit
from facet.core.errors import InputError

CONSTANT = ("agency", "number")
"""Fields that are the same for every exhibit of a case: its agency and its number."""
COUNTED = ("footage", "frame", "crop", "output")
"""Fields that count, each within the one before it. A frame's is its index, with ``S1`` before it in another stream
and ``v2`` behind it for another decoding."""
LONGEST = 200
_WIDTH = re.compile("(0?[1-9])?d?")
_NOTHING = re.compile("")


@dataclass(frozen=True, kw_only=True, slots=True)
class NamingScheme:
    """A template taken apart: text, field and format, one after the other; the last field may be empty."""

    parts: tuple[tuple[str, str, str], ...]

    @classmethod
    def parse(cls, template: str) -> NamingScheme:
        """Read a template. Raises ``InputError`` for one by which two exhibits could get the same name."""
        try:
            read = [*Formatter().parse(template)]
        except ValueError:
            raise _wrong(template) from None
        parts = tuple((text, field or "", form or "") for text, field, form, _ in read)
        counted = [field for _, field, _ in parts if field in COUNTED]
        forms = [(_WIDTH if field in COUNTED else _NOTHING).fullmatch(form) for _, field, form in parts]
        known = all(field in (*CONSTANT, *COUNTED, "") for _, field, _ in parts)
        plain = all(conversion is None for *_, conversion in read) and None not in forms and len(template) <= LONGEST
        if not (known and plain and counted) or counted != list(COUNTED[: len(counted)]):
            raise _wrong(template)
        numbers = [(text, field) for text, field, _ in parts if field in COUNTED]
        if any(not text or text[-1].isdigit() for text, _ in numbers[1:]):
            raise InputError(
                "In the scheme «{template}» two numbers would run together. Put a sign between them, as in "
                "{{footage:03d}}-{{frame}}.",
                template=template,
            )
        return cls(parts=parts)

    def name(self, exhibit: str, *, agency: str, number: str) -> str | None:
        """What an exhibit is called, None where the scheme has no field for its kind. What the exhibit does not have
        is left out, with the text before it."""
        found = Exhibit.parse(exhibit)
        own = {"footage": found.footage, "frame": found.index, "crop": found.crop, "output": found.output}
        kind = [field for field in COUNTED if own[field] is not None][-1]
        if all(field != kind for _, field, _ in self.parts):
            return None
        before = f"S{found.stream}" if found.stream else ""
        behind = f"v{found.version}" if found.version and found.version > 1 else ""
        made = ""
        for text, field, form in self.parts:
            if not field:
                made += text
            elif field in CONSTANT:
                made += text + format({"agency": agency, "number": number}[field], form)
            elif (value := own[field]) is not None:
                shown = format(value, form)
                made += text + (f"{before}{shown}{behind}" if field == "frame" else shown)
        return made.strip() or None


def name_exhibit(case: Case, template: str, exhibit: str) -> str | None:
    """Give an exhibit the name that the template makes of it, unless it has one: that name, None where it gets none.

    A name that another exhibit was given by hand stays with that one. Raises ``InputError`` for a wrong template.
    """
    facts = case.meta
    wanted = NamingScheme.parse(template).name(exhibit, agency=facts.agency, number=facts.number)
    if wanted is None or any(each.kind == "alias" and each.exhibit == exhibit for each in case.remarks()):
        return None
    with contextlib.suppress(InputError):
        case.alias(exhibit, wanted)
        return wanted
    return None


def name_all(case: Case, template: str) -> dict[str, str]:
    """Name every exhibit that has no name yet: the names given, by id, in the order of the case."""
    NamingScheme.parse(template)
    named = {each: name_exhibit(case, template, each) for each in _exhibits(case)}
    return {exhibit: name for exhibit, name in named.items() if name is not None}


def _exhibits(case: Case) -> Iterator[str]:
    for rows in (case.footage(), case.frames(), case.crops(), case.outputs()):
        yield from (row.id for row in rows)


def _wrong(template: str) -> InputError:
    return InputError(
        "«{template}» is no scheme for names. It has the fields {{agency}}, {{number}}, {{footage}}, {{frame}}, "
        "{{crop}} and {{output}}, each of the last four only after those before it, as in "
        "{{number}}-{{footage:03d}}-{{frame}}.",
        template=template,
    )
