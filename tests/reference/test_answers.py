"""Our answers against R's, for every reference data set and every analysis.

Relative tolerances: 1e-9 for closed forms, 1e-6 for iterative fits, 1e-4 for profile-likelihood limits. The
exceptions below are the whole list; docs/methods/exceptions.md gives the same list with the reasons.
"""

from __future__ import annotations

import importlib.util
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from tests.reference.answers import answers

HERE = Path(__file__).parent
FOLDERS = ("data", "unseen")
ITERATIVE = ("logistic", "gee", "lmm_random_intercept", "mmrm")

#: (pattern over "analysis.path", relative tolerance, reason), first match wins.
EXCEPTIONS: list[tuple[str, float, str]] = [
    (r"(responders|two_by_two).*\.fisher_cond_OR", 2e-3, "R's uniroot stops at a tolerance of 1.2e-4; ours is exact"),
    (r"(responders|two_by_two).*\.fisher_OR_ci95", 1e-1, "R's uniroot stops at a tolerance of 1.2e-4; ours is exact"),
    (r"mixed_anova.*\.pillai", 1e-7, "R sums the rounding of eigenvalues that are zero; rational arithmetic gives ours"),
    (r"logistic.*profile_ci95", 1e-4, "profile-likelihood limits"),
    (r"lmm_random_intercept.*\.p(\[|$)", 1e-5, "lme4 stops 1e-9 from the optimum; far in the tail p multiplies that"),
]
#: What R leaves of an exact zero (a limit of Wilson's interval at 0 of n, for one). p-values are compared however small.
ZERO = 1e-16
P_VALUE = re.compile(r"(\.|_)p(_\w+)?(\[\d+\])?$")
#: geepack takes p as 1 - pchisq(...), which cannot be told from 0 below 1e-16; ours is the tail itself.
ONE_MINUS = re.compile(r"gee\..*\.p(\[|$)")
#: Text that R writes about itself and that carries no number.
NOTES = re.compile(r"(_note|\.note|\.model|factor_coding)$|\.check_|nlme_gls|newton_decrement|max_abs_diff_from_nlme")


def references() -> list[tuple[str, dict[str, Any]]]:
    """Every stored reference: folder and content."""
    return [(f, json.loads(path.read_text())) for f in FOLDERS for path in sorted((HERE / f).glob("*.json"))]


def cases() -> list[Any]:
    """Every (folder, reference, analysis), named by data set and analysis."""
    return [
        pytest.param(folder, reference, item["analysis"], id=f"{reference['dataset']}-{item['analysis']}")
        for folder, reference in references()
        for item in reference["requests"]
    ]


def tolerance(where: str) -> float:
    """The relative tolerance of the number at ``where``."""
    for pattern, value, _ in EXCEPTIONS:
        if re.match(pattern, where):
            return value
    return 1e-6 if where.startswith(ITERATIVE) else 1e-9


def differences(got: Any, expected: Any, where: str) -> list[str]:
    """Every place where ``got`` is not what R says; an array of length one may be written as a scalar."""
    if NOTES.search(where):
        return []
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            return [f"{where}: {got!r} is no object"]
        out = [f"{where}.{key}: not answered" for key in expected if key not in got and not NOTES.search(f"{where}.{key}")]
        out += [f"{where}.{key}: R has no such entry" for key in got if key not in expected]
        for key in expected:
            if key in got:
                out += differences(got[key], expected[key], f"{where}.{key}")
        return out
    if isinstance(expected, list) or isinstance(got, list):
        e = expected if isinstance(expected, list) else [expected]
        g = got if isinstance(got, list) else [got]
        if len(e) != len(g):
            return [f"{where}: {len(g)} entries, R has {len(e)}"]
        return [line for i, (a, b) in enumerate(zip(g, e, strict=True)) for line in differences(a, b, f"{where}[{i}]")]
    if isinstance(expected, (bool, str)) or expected is None:
        return [] if got == expected else [f"{where}: {got!r}, R has {expected!r}"]
    if isinstance(got, bool) or not isinstance(got, int | float) or not math.isfinite(got):
        return [f"{where}: {got!r}, R has {expected!r}"]
    if max(abs(expected), abs(got)) < ZERO and not P_VALUE.search(where):
        return []
    if ONE_MINUS.match(where) and abs(expected - got) < 1e-15:
        return []
    error = abs(got - expected) / max(abs(expected), 5e-324)
    return [] if error <= tolerance(where) else [f"{where}: {got!r}, R has {expected!r} (relative {error:.1e})"]


@pytest.mark.parametrize(("folder", "reference", "analysis"), cases())
def test_agrees_with_r(folder: str, reference: dict[str, Any], analysis: str) -> None:
    items = [item for item in reference["requests"] if item["analysis"] == analysis]
    got = answers({"meta": reference["meta"], "requests": items}, HERE / folder)
    wrong = differences(got[analysis], reference["analyses"][analysis], analysis)
    assert not wrong, f"{len(wrong)} numbers differ:\n" + "\n".join(wrong[:20])


def test_every_stored_answer_is_requested() -> None:
    for _, reference in references():
        assert {item["analysis"] for item in reference["requests"]} == set(reference["analyses"])


def test_answers_are_json_and_the_module_loads_by_path(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("answers_by_path", HERE / "answers.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    reference = json.loads((HERE / "unseen" / "two_visits.json").read_text())
    items = [item for item in reference["requests"] if item["analysis"] in ("descriptives", "responders")]
    got = module.answers({"requests": items}, str(HERE / "unseen"))
    assert list(json.loads(json.dumps(got, allow_nan=False))) == ["descriptives", "responders"]


def test_every_exception_is_documented() -> None:
    text = (HERE.parents[1] / "docs" / "methods" / "exceptions.md").read_text(encoding="utf-8")
    assert [reason for _, _, reason in EXCEPTIONS if reason not in text] == []


def test_the_comparison_sees_a_wrong_digit() -> None:
    right = {"a": [1.0, {"b": 2.0}], "c": None}
    assert differences(right, right, "x") == []
    assert len(differences({"a": [1.0, {"b": 2.0 + 1e-8}], "c": 0.0}, right, "x")) == 2
    assert differences({"a": [1.0, {"b": 2.0}]}, right, "x") == ["x.c: not answered"]
