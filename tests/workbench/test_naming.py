"""An agency's own numbers, made by a template."""

from __future__ import annotations

from pathlib import Path

import pytest

from case.evidence import make_case
from facet.case import Case
from facet.core.errors import InputError
from facet.workbench import name_all, name_exhibit
from facet.workbench.naming import NamingScheme

WHOLE = "{agency}-{number}-{footage:03d}-{frame}/c{crop}/{output:02d}"


@pytest.mark.parametrize(
    ("exhibit", "template", "name"),
    [
        ("1", "{agency}-{number}-{footage:03d}-{frame}", "Lab 3-17-001"),
        ("1/F412", "{agency}-{number}-{footage:03d}-{frame}", "Lab 3-17-001-412"),
        ("1/F412/C1", "{agency}-{number}-{footage:03d}-{frame}", None),
        ("12/S1F412v2", "{footage:03d}-{frame:06d}", "012-S1000412v2"),
        ("1/F412/C2/E3", WHOLE, "Lab 3-17-001-412/c2/03"),
        ("1/F412/C2", WHOLE, "Lab 3-17-001-412/c2"),
        ("7", "품번 {footage}", "품번 7"),
        ("7/F1", "({footage}.{frame})", "(7.1)"),
        ("7", "({footage}.{frame})", "(7)"),
    ],
)
def test_a_scheme_names_what_it_has_a_field_for(exhibit: str, template: str, name: str | None) -> None:
    assert NamingScheme.parse(template).name(exhibit, agency="Lab 3", number="17") == name


@pytest.mark.parametrize(
    "template",
    ["", "no field", "{frame}", "{footage}-{crop}", "{frame}-{footage}", "{footage", "{footage!r}", "{0}", "{}",
     "{footage.x}", "{footage:999999999d}", "{footage:>9}", "{number:9}", "{host}-{footage}", "{footage:{frame}}",
     "{footage}-{footage}", "x" * 300 + "{footage}"],
)  # fmt: skip
def test_what_is_no_scheme_is_refused_in_one_line(template: str) -> None:
    with pytest.raises(InputError, match="is no scheme") as told:
        NamingScheme.parse(template)
    assert "\n" not in str(told.value)
    assert "{footage:03d}" in str(told.value)


@pytest.mark.parametrize("template", ["{footage}{frame}", "{footage}-1{frame}"])
def test_numbers_that_would_run_together_are_refused(template: str) -> None:
    with pytest.raises(InputError, match="run together"):
        NamingScheme.parse(template)


def test_every_exhibit_gets_its_own_name_once_and_a_name_by_hand_stays(tmp_path: Path) -> None:
    with Case.open(make_case(tmp_path), examiner="Kim") as case:
        case.alias("1/F412", "the door")
        case.alias("1/F412/C1", "2026-17-1-412-C2")
        named = name_all(case, "{number}-{footage}-{frame}-C{crop}")
        assert named == {
            "1": "2026-17-1", "1/F413": "2026-17-1-413",
            "1/F413/C1": "2026-17-1-413-C1", "1/F413/C2": "2026-17-1-413-C2",
        }  # fmt: skip
        assert name_all(case, "{number}-{footage}-{frame}-C{crop}") == {}
        assert name_exhibit(case, "{footage}", "1") is None
        rows = {row.id: row.aliases for row in (*case.footage(), *case.frames(), *case.crops())}
        assert rows["1/F413/C1"] == ("2026-17-1-413-C1",)
        assert rows["1/F412/C2"] == ()  # another exhibit had been called so by hand
        assert case.verify().ok
