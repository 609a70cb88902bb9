"""A thousand random attacks on a real case: whatever changes what a reader sees is found, or the file is refused."""

from __future__ import annotations

import pytest

from case.attacks.assault import BAD, Assault, table, table_by_kind
from case.attacks.attacked_case import KEY, Attacked, make_attacked
from facet.case import Case
from facet.workbench.sealing import Trusted
from facet.workbench.witnesses import verified


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    return make_attacked(tmp_path_factory.mktemp("attacked"))


def test_the_case_is_well_before_anybody_touches_it(attacked: Attacked) -> None:
    for path in (attacked.case, *attacked.older, attacked.stranger):
        with Case.open(path) as case:
            assert verified(case).ok
    with Case.open(attacked.case) as case:
        answer = verified(case, against=attacked.head, trusted=Trusted(keys=(KEY.fingerprint,)))
        assert answer.ok
        assert answer.rows[-1].message == "Everything recorded is sealed."


@pytest.mark.timeout(0)
def test_every_attack_that_changes_what_a_reader_sees_is_found(
    attacked: Attacked, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    count, seed = request.config.getoption("--attacks"), request.config.getoption("--attack-seed")
    only = request.config.getoption("--attack")
    results = Assault(attacked, seed).run(range(count) if only is None else [only])
    with capsys.disabled():
        print(f"\nattacks, seed {seed}, {len(results)}:\n{table(results)}")  # noqa: T201
        if request.config.get_verbosity() > 0:
            print(table_by_kind(results))  # noqa: T201
    bad = [result for result in results if result.outcome in BAD]
    assert not bad, "\n".join(map(str, bad))
