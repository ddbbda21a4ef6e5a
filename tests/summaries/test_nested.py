"""Two splits of one summary, one less the other, give no small cell: the groups are found by hand, the attack is tried."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from aadash import read_cohort
from aadash.cohort import Cohort
from aadash.plan import AnalysisPlan
from aadash.strata import split
from aadash.summaries import summarise
from aadash.summaries.form import Level, Summary
from aadash.summaries.nested import crossed_sizes, differences
from tests.making import cohort_of, cohorts
from tests.summaries.test_same_result import MISSED, TOHOKU


def test_groups_by_hand() -> None:
    """Ten at most 50 of whom seven are below, three at 50; ten above, of whom four are at least 95: the second row has all of the
    first column and three others; the first all of the third and six others. A level that is another's is no difference."""
    cross = np.array([[0, 6, 4], [7, 3, 0]])
    assert list(differences(cross)) == [(0, [2]), (1, [0])]
    assert list(differences(np.eye(3, dtype=int) * 5)) == []
    codes = np.array([0, 0, 1, -1]), np.array([0, 1, 1, -1])
    assert crossed_sizes(*codes).tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]


def counts_of(level: Level) -> dict[tuple[str, str], dict[object, int]]:
    """All counts that a level gives."""
    out: dict[tuple[str, str], dict[object, int]] = {("facts", name): dict(found) for name, found in level.facts.items()}
    out |= {("courses", name): dict(found) for name, found in level.courses.items()}
    if level.scores:
        out["patterns", "scores"] = {block.pattern: block.n for block in level.scores}
    if level.percent:
        out["patterns", "percent"] = {block.pattern: block.n for block in level.percent}
    return out


def attack(summary: Summary, cohort: Cohort, plan: AnalysisPlan) -> list[tuple]:
    """Small cells of a level less any levels of another split that lie inside it, from the file; who lies where is known."""
    found = []
    for one, other in permutations([s for s in summary.splits if s.name != "none"], 2):
        mine, theirs = (split(cohort, s.name, plan.severity_cut) for s in (one, other))
        for level in one.levels:
            who = mine.codes == (mine.levels.index(level.level) if level.level is not None else -1)
            inside = []
            for sub in other.levels:
                members = theirs.codes == (theirs.levels.index(sub.level) if sub.level is not None else -1)
                if sub.n and not (members & ~who).any():
                    inside.append(sub)
            for size in range(1, len(inside) + 1):
                for some in combinations(inside, size):
                    if sum(sub.n for sub in some) == level.n:
                        continue
                    for key, whole in counts_of(level).items():
                        parts = [counts_of(sub) for sub in some]
                        if not all(key in part for part in parts):
                            continue
                        for cell, n in whole.items():
                            left = n - sum(part[key].get(cell, 0) for part in parts)
                            if 0 < left < summary.minimum:
                                found.append((one.name, level.level, other.name, key, cell, left))
    return found


def at_fifty() -> Cohort:
    """Twenty below 50, three at 50 exactly, seventeen above; all else is given in large cells."""
    base = [*[20.0] * 10, *[40.0] * 10, *[50.0] * 3, *[60.0] * 7, *[100.0] * 10]
    rows = [[b, b / 10 if i % 2 else b] for i, b in enumerate(base)]
    return cohort_of(rows, [0, 12], sex=["f", "m"] * 20, roles={"sex": "sex"})


def test_those_at_fifty_do_not_come_back() -> None:
    """At most 50 less below 50: three patients' sexes, courses, scores. Without what the two splits give together they would."""
    cohort, plan = at_fifty(), AnalysisPlan()
    safe = summarise(cohort, plan, minimum=5)
    severity, trial = safe.split("severity").levels, safe.split("trial_severity").levels
    assert [level.n for level in (*severity, *trial)] == [17, 23, 20, 10, 10], "sizes alone are given, as of a small level"
    assert all(level.facts and level.courses and level.scores for level in severity), "the plan's own split keeps what it has"
    assert not any(level.facts or level.courses or level.scores or level.percent for level in trial)
    assert not attack(safe, cohort, plan)
    alone = summarise(cohort, AnalysisPlan(stratifier="trial_severity"), minimum=5, by=["trial_severity"])
    assert all(level.facts and level.scores for level in alone.split("trial_severity").levels), "nothing to subtract it from"


def test_the_attack_finds_what_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rule: one woman or two of the three at 50."""
    monkeypatch.setattr("aadash.summaries.make.given_away", lambda *_: ())
    found = attack(summarise(at_fifty(), AnalysisPlan(), minimum=5), at_fifty(), AnalysisPlan())
    assert ("severity", "B", "trial_severity", ("facts", "sex"), "f", 2) in found


@pytest.mark.parametrize(("file", "cut"), [(MISSED, 60.0), (TOHOKU, 50.0)])
def test_samples(file: str, cut: float) -> None:
    cohort, plan = read_cohort(file, accept_missing=True), AnalysisPlan(severity_cut=cut)
    assert not attack(summarise(cohort, plan, minimum=5), cohort, plan)


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(cohorts(patients=40, visits=3))
def test_any_cohort(cohort: Cohort) -> None:
    plan = AnalysisPlan(stratifier="none")
    assert not attack(summarise(cohort, plan, minimum=3), cohort, plan)
