from __future__ import annotations

from typing import Any

import pytest

from facet.report.moment_pages import MOST_ROWS, clock_table, mark_table
from facet.report.moments import ClockFacts, MarkFacts
from facet.report.sheet import Sheet

BY = {"text": "", "examiner": "Kim", "at": "2026-11-23T02:00:00.000000Z"}


def mark(number: int) -> MarkFacts:
    return MarkFacts(id=f"R{number}", first=number, last=None, seconds=None, shown=None, **BY)


def clock(number: int) -> ClockFacts:
    return ClockFacts(
        id=f"R{number}", index=number, seconds="0.040000", shows="2026-11-02 14:03:12", zone="+09:00", true=None,
        apart=None, behind=False, source="", examiner=BY["examiner"], at=BY["at"], holds=number == MOST_ROWS + 2,
    )  # fmt: skip


@pytest.mark.parametrize(("table", "fact"), [(mark_table, mark), (clock_table, clock)])
def test_what_is_left_out_of_a_long_list_is_counted(table: Any, fact: Any) -> None:
    sheet = Sheet("en")
    for count, more in ((MOST_ROWS, False), (MOST_ROWS + 3, True)):
        *_, grid = table(sheet, tuple(fact(number) for number in range(count)))
        words = [cell.text for row in grid._cellvalues for cell in row if hasattr(cell, "text")]
        assert any("and 3 more" in each for each in words) is more
        assert len(grid._cellvalues) == 1 + MOST_ROWS + more
