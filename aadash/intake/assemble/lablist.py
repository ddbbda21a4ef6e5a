"""Laboratory results of a sheet or file of their own (a row per result, or per date) → a measure for each test, patients × weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.formatting import counted, first_of
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.dates import is_date_column, parse_dates
from aadash.intake.assemble.scores import Scores, scaled, score_values
from aadash.intake.check.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.headers import role_of
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.recognise.visitweeks import visit_weeks
from aadash.intake.recognise.vocabulary import words
from aadash.intake.tabulate.table import Table
from aadash.intake.text import fold
from aadash.laboratory import lab_test

#: Field of a result → patterns of headers, the likeliest first.
FIELDS = {
    "test": words(
        *("lbtest(?:cd)?", "param(?:cd|eter)?", "(?:lab(?:oratory)? )?tests?(?: name)?", "analyte", "lab", "item"),
        *("검사\\s?명", "검사\\s?항목", "항목", "検査項目名?", "検査名", "項目"),
    ),
    "value": words(
        *("lbstresn", "aval", "(?:lab |test )?results?(?: value)?", "values?"),
        *("검사\\s?결과", "결과\\s?값?", "수치", "検査値", "結果", "値"),
    ),
    "week": words(*("avisitn?", "visit(?:num)?", "weeks?", "wk", "time ?point"), *("방문", "주차?", "시점", "来院", "週", "時点")),
    "date": words(
        *("lbdtc?", "adt", "(?:lab |test |sample |collection )?date", "date of (?:test|collection)"),
        *("검사\\s?일자?", "채혈\\s?일", "検査日", "採血日"),
    ),
    "low": words(
        *("lln", "anrlo", "lbstnrlo", "(?:normal|ref(?:erence)?)(?: range)? low(?:er)?", "lower limit(?: of normal)?"),
        *("하한치?", "下限値?"),
    ),
    "high": words(
        *("uln", "anrhi", "lbstnrhi", "(?:normal|ref(?:erence)?)(?: range)? (?:high|upper)", "upper limit(?: of normal)?"),
        *("상한치?", "上限値?"),
    ),
}


def is_lab_list(table: Table, known: Recognised) -> dict[str, str]:
    """Field → column, for a list of laboratory results; {} for any other table.

    Such a list has a code, a column whose texts name laboratory tests (half of them at least), one of numbers, and a visit or a date.
    A table of dates with a column for each test is one too: in the place of "test" and "value" are the tests' own names.
    """
    code = known.one("id")
    if code is None:
        return {}
    out: dict[str, str] = {}
    for field, pattern in FIELDS.items():
        for name in table.columns:
            folded = fold(name)
            found = pattern.search(folded)
            whole = found is not None and len(found.group().replace(" ", "")) >= 0.6 * len(folded.replace(" ", ""))
            if field not in out and name != code and name not in out.values() and whole:
                out[field] = name
    if not {"test", "value"} <= set(out) or not {"week", "date"} & set(out):
        return _across(table, known, code)
    texts = table.columns[out["test"]].filled
    named = sum(lab_test(text) is not None for text in texts)
    value = table.columns[out["value"]]
    return out if texts and named >= len(texts) / 2 and value.maybe_numeric and value.numeric_share >= 0.5 else {}


def _across(table: Table, known: Recognised, code: str) -> dict[str, str]:
    """The same of a table with a date and a column for each of two tests or more, several rows a patient, and no visits of a score."""
    tests: dict[str, str] = {}
    for name in table.columns:
        if (test := lab_test(name)) is not None:
            tests.setdefault(test.name, name)
    if len(tests) < 2 or known.columns("salt") or len(table.columns[code].filled) == len(table):
        return {}
    dates = [n for n, c in table.columns.items() if role_of(bare(n)) == "date" and is_date_column(c)]
    numbers = {t: n for t, n in tests.items() if table.columns[n].maybe_numeric and table.columns[n].numeric_share >= 0.5}
    return {"date": dates[0], **numbers} if len(dates) == 1 and len(numbers) >= 2 else {}


def add_labs(
    made: Assembled,
    table: Table,
    known: Recognised,
    fields: Mapping[str, str],
    mapping: ColumnMapping,
    starts: Mapping[str, float],
    doubts: Doubts,
) -> Assembled:
    """The cohort with one measure per test of the list, and the limits of normal where the list gives them, as columns of patients.

    Where the list has dates only, ``starts`` (:func:`aadash.intake.assemble.join.first_doses`) say when week 0 was: what lies before
    it is baseline, later dates go to the nearest whole week. Of two results of a test in one week the first stands; of several before
    the first dose the last.
    """
    code = known.one("id") or ""
    codes = table.columns[code].stripped
    index = made.salt.index
    here = pd.Index(codes).isin(index)
    strangers = list(dict.fromkeys(c for c in codes[~here] if c))
    if strangers:
        who = f"{counted(len(strangers), 'patient')} not in the cohort ({', '.join(strangers[:5])})"
        told = f"{table.name!r} lists results of {who}: not used."
        doubts.report("warning", "unknown_patient", code, table.rows[~here], told)
        doubts.record(table.rows[~here], code, ", ".join(strangers[:5]), "", "results of patients who are not in the cohort")
    doubts.used.update(fields.values())
    mine = table.take(here)
    codes = mine.columns[code].stripped
    weeks, order = _weeks(mine, fields, codes, mapping, starts, doubts)
    results = _results(mine, fields, doubts)
    told_of = fields.get("test", fields.get("date", ""))
    measures: Scores = {}
    limits: dict[str, pd.Series] = {}
    unknown = []
    for text, (of_test, values) in results.items():
        test = lab_test(text)
        if test is None:
            unknown += [text] if text else []
            continue
        which = of_test & ~np.isnan(weeks) & ~np.isnan(values)
        records = pd.DataFrame({"code": codes[which], "week": weeks[which].astype(int), "value": values[which]}).iloc[
            np.argsort(order[which], kind="stable")
        ]
        last = records[records["week"] == 0].groupby("code").tail(1) if "week" not in fields else records[records["week"] == 0]
        records = pd.concat([last, records[records["week"] != 0]])
        frame = records.groupby(["code", "week"], sort=True)["value"].first().unstack("week").reindex(index)
        frame = frame.set_axis([int(w) for w in frame.columns], axis=1)
        if test.name in measures or not frame.shape[1]:
            continue
        measures[test.name] = scaled(test.name, frame, np.zeros(0, dtype=int), told_of, doubts, known)
        for side in ("low", "high"):
            if side in fields:
                ends = pd.Series(mine.columns[fields[side]].numbers.values[of_test], index=codes[of_test])
                limits[f"{test.name} {'lower' if side == 'low' else 'upper'} limit of normal"] = (
                    ends.dropna().groupby(level=0).first().reindex(index)
                )
    listed = "; ".join(f"{name} at weeks {', '.join(map(str, frame.columns))}" for name, (_, frame) in measures.items())
    doubts.note("laboratory", told_of, (), f"{table.name!r} lists laboratory results: {listed or 'none that can be used'}.")
    if unknown:
        doubts.note(
            "laboratory_other",
            told_of,
            (),
            f"Not used of {table.name!r}: {first_of(unknown)}.",
        )
    new = {name: series for name, series in limits.items() if series.notna().any() and name not in made.patients.columns}
    return replace(made, measures={**measures, **made.measures}, patients=made.patients.assign(**new))


def _results(table: Table, fields: Mapping[str, str], doubts: Doubts) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What names a test → the rows that are of it, and their values (of every row)."""
    if "test" not in fields:
        columns = [name for field, name in fields.items() if field not in FIELDS]
        return {n: (np.ones(len(table), dtype=bool), score_values(table.columns[n], table.rows, n, doubts)) for n in columns}
    values = score_values(table.columns[fields["value"]], table.rows, fields["value"], doubts)
    tests = table.columns[fields["test"]].stripped
    return {text: (tests == text, values) for text in dict.fromkeys(tests.tolist())}


def _weeks(
    table: Table, fields: Mapping[str, str], codes: np.ndarray, mapping: ColumnMapping, starts: Mapping[str, float], doubts: Doubts
) -> tuple[np.ndarray, np.ndarray]:
    """Week of each result (NaN for none), and what orders those of one week."""
    if "week" in fields:
        weeks, _ = visit_weeks(table, fields["week"], codes, np.ones(len(table), dtype=bool), mapping, doubts)
        return weeks, np.zeros(len(table))
    days = np.asarray(parse_dates(table.columns[fields["date"]], mapping.date_order).days, dtype=float)
    since = days - np.array([starts.get(str(c), np.nan) for c in codes], dtype=float)
    if np.isnan(since).all():
        text = f"{table.name!r} gives dates of laboratory results, and the date of the first dose is not known: not used."
        doubts.report("warning", "laboratory_dates", fields["date"], (), text)
    return np.where(since <= 0, 0.0, np.maximum(np.rint(since / 7), 1.0)) + 0 * since, days
