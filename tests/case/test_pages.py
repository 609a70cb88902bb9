"""Long lists come in pages, single exhibits alone, and neither reads more of the case than it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from case.evidence import add_run, add_samples
from case.tampering import rewrite_record, sql, unguarded
from facet.case import Case, OutputRow, Page, Remark, Tag
from facet.core.errors import InputError


def all_pages(case: Case, kind: str, count: int, of: str | None = None) -> list:
    rows: list = []
    after: int | None = 0
    while after is not None:
        page = case.page(kind, after=after, count=count, of=of)
        assert len(page.rows) <= count
        rows += page.rows
        after = page.after
    assert page.total == len(rows)
    return rows


@pytest.mark.parametrize("count", [1, 3, 100])
def test_pages_one_after_the_other_are_the_whole_list(harbour: Path, count: int) -> None:
    with Case.open(harbour, examiner="Lee") as case:
        case.withdraw("1/F412/C1", "the wrong man")
        case.alias("1/F412/C2", "B-7")
        case.tag("door", "1/F413")
        case.withdraw(case.tag("hood", "1/F412"), "no hood")
        assert all_pages(case, "footage", count) == case.footage()
        assert all_pages(case, "frames", count) == case.frames()
        assert all_pages(case, "crops", count) == case.crops()
        assert all_pages(case, "outputs", count) == case.outputs()
        assert all_pages(case, "journal", count) == case.journal()
        said = all_pages(case, "remarks", count)
        assert [row for row in said if isinstance(row, Remark)] == case.remarks()
        assert [row for row in said if isinstance(row, Tag)] == case.tags()


def test_a_page_holds_only_what_was_taken_from_an_exhibit_or_is_said_of_it(harbour: Path) -> None:
    with Case.open(harbour) as case:
        assert [row.id for row in all_pages(case, "frames", 1, "1")] == ["1/F412", "1/F413"]
        assert [row.id for row in all_pages(case, "crops", 1, "1/F413")] == ["1/F413/C1", "1/F413/C2"]
        assert [row.id for row in all_pages(case, "outputs", 1, "1/F412/C2")] == ["1/F412/C2/E1", "1/F412/C2/E2"]
        assert [row.text for row in all_pages(case, "remarks", 1, "1/F412")] == ["The man at the door."]
        assert case.page("crops", of="1/F99") == Page(rows=(), total=0, after=None)


def test_what_is_no_page_is_one_clear_line(harbour: Path) -> None:
    with Case.open(harbour) as case:
        for asked in (
            {"kind": "cards"},
            {"kind": "footage", "of": "1"},
            {"kind": "crops", "count": 0},
            {"kind": "crops", "count": 1001},
            {"kind": "crops", "after": -1},
        ):
            with pytest.raises(InputError) as told:
                case.page(**asked)
            assert str(told.value).isprintable()


def test_a_single_exhibit_is_the_one_of_the_list(harbour: Path) -> None:
    with Case.open(harbour, examiner="Lee") as case:
        case.withdraw("1/F412", "the wrong camera")
        every = (*case.footage(), *case.frames(), *case.crops(), *case.outputs())
        assert [case.row(row.id) for row in every] == list(every)
        assert case.rows([row.id for row in reversed(every)]) == list(reversed(every))
        withdrawal = case.row("1/F412/C2/E1").withdrawal
        assert withdrawal is not None
        assert withdrawal.exhibit == "1/F412"
        assert (case.holds("1/F412/C1"), case.holds("1/F412/C9")) == (True, False)
        for wrong in ("1/F412/C9", "7", "nothing"):
            with pytest.raises(InputError):
                case.row(wrong)


def test_a_page_reads_no_row_that_it_does_not_show(harbour: Path) -> None:
    """Opening and paging stay quick however much there is: what is broken elsewhere goes unnoticed until verified."""
    with unguarded(harbour) as connection:
        rewrite_record(connection, "outputs", "1/F413/C2/E2", lambda record: record.update(crop="nowhere"))
        connection.execute("UPDATE outputs SET record_sha256 = ? WHERE id = '1/F413/C2/E2'", ("0" * 64,))
        connection.execute("UPDATE journal SET entry = x'00' WHERE seq = 9")
    with Case.open(harbour) as case:
        assert case.meta.number == "2026-17"
        page = case.page("outputs", count=7)
        assert len(page.rows) == 7
        assert case.row("1/F412/C1").id == "1/F412/C1"
        with pytest.raises(InputError, match="1/F413/C2/E2 has been altered"):
            case.page("outputs", after=7)
        with pytest.raises(InputError, match="Journal entry 9"):
            case.page("journal", after=8)


def test_an_output_on_a_page_is_not_shown_without_its_companions(harbour: Path) -> None:
    with Case.open(harbour, examiner="Lee") as case:
        output = add_samples(case, "1/F412/C1")
        row = case.page("outputs", of="1/F412/C1", after=2).rows[0]
        assert isinstance(row, OutputRow)
        assert [one.role for one in row.companions] == ["spread", "sample", "sample", "sample"]
    sql(harbour, "DELETE FROM companions WHERE id = ?", f"{output}/sample-3")
    with Case.open(harbour) as case:
        assert len(case.page("outputs", count=2).rows) == 2
        for ask in (lambda: case.page("outputs", of="1/F412/C1"), lambda: case.row(output), case.outputs):
            with pytest.raises(InputError, match=f"{output}/sample-3 has been altered"):
                ask()


def test_a_count_of_outputs_uses_the_index_of_their_crop(harbour: Path) -> None:
    """Recording does not get slower with every output that is there."""
    with Case.open(harbour, examiner="Lee") as case:
        add_run(case, "1/F412/C1", shade=9)
    with unguarded(harbour) as connection:
        plans = [
            connection.execute(f"EXPLAIN QUERY PLAN SELECT count(*) FROM outputs WHERE {where}").fetchone()[3]
            for where in ("crop = 'x'", "card_sha256 = 'x'")
        ]
    assert all("COVERING INDEX" in plan for plan in plans), plans
