"""Long delimited files: one row per visit, visits named."""

from __future__ import annotations

from tests.intake_corpus.truth import Cases, Salt, account, codes, courses, text

WEEKS = [0, 4, 12, 24, 36]
SEX = {c: "FM"[i % 2] for i, c in enumerate(codes(20))}


def add(cases: Cases) -> None:
    """All long text cases."""
    _named(cases)
    _odd(cases)
    _systems(cases)


def _rows(salt: Salt, visit: dict[int, str], head: list[str], sex: bool = True) -> list[list[str]]:
    rows = [head]
    for code, course in salt.items():
        for week, value in course.items():
            if value is not None:
                rows.append([code, *([SEX[code]] if sex else []), visit[week], f"{value:g}"])
    return rows


def _named(cases: Cases) -> None:
    salt = courses(codes(7), WEEKS, 61)
    numbers = {w: str(w) for w in WEEKS}
    cases.add(
        "long_weeks.csv",
        text(_rows(salt, numbers, ["patient", "sex", "week", "SALT"])).encode(),
        "one row per visit, week numbers",
        **account(
            salt,
            quiet=True,
            layout="long",
            columns={"id": "patient", "week": "week", "salt": "SALT", "sex": "sex"},
            facts={"sex": {"P001": "F"}},
        ),
    )
    names = {0: "Baseline", 4: "Week 4", 12: "Week 12", 24: "Week 24", 36: "Week 36"}
    cases.add(
        "long_visit_names.csv",
        text(_rows(salt, names, ["Subject ID", "Gender", "Visit", "SALT score"])).encode(),
        "visits by name",
        **account(salt, quiet=True, layout="long"),
    )
    short = {0: "pre", 4: "4w", 12: "12w", 24: "24w", 36: "36w"}
    cases.add(
        "long_generic.csv",
        text(_rows(salt, short, ["subject", "group", "time", "value"])).encode(),
        "subject, group, time, value",
        **account(salt, quiet=True, layout="long"),
    )
    korean = {0: "기저", 4: "4주", 12: "12주", 24: "24주", 36: "36주"}
    cases.add(
        "long_korean.csv",
        text(_rows(salt, korean, ["환자번호", "성별", "방문", "SALT"])).encode("cp949"),
        "Korean visits, CP949",
        **account(salt, quiet=True, layout="long", columns={"id": "환자번호", "week": "방문", "sex": "성별"}),
    )
    months = courses(codes(6), [0, 13, 26, 39], 62)
    cases.add(
        "long_months.csv",
        text(_rows(months, {0: "0", 13: "3", 26: "6", 39: "9"}, ["id", "sex", "month", "salt"])).encode(),
        "a column called month",
        **account(months, quiet=True, layout="long"),
    )
    cases.add(
        "long_days.csv",
        text(_rows(salt, {w: str(7 * w) for w in WEEKS}, ["id", "sex", "day", "salt"])).encode(),
        "a column called day",
        **account(salt, quiet=True, layout="long"),
    )
    unsorted = _rows(salt, numbers, ["patient", "sex", "week", "SALT"])
    cases.add(
        "long_unsorted.csv",
        text([unsorted[0], *sorted(unsorted[1:], key=lambda r: (int(r[2]), r[0]))]).encode(),
        "sorted by week, not by patient",
        **account(salt, quiet=True, layout="long"),
    )


def _odd(cases: Cases) -> None:
    salt = courses(codes(5), WEEKS, 63, missing=0)
    names = {0: "Baseline", 4: "W4", 12: "W12", 24: "W24", 36: "W36"}
    rows = _rows(salt, names, ["ID", "Sex", "Visit", "SALT"])
    cases.add(
        "long_code_once.csv",
        text([[c if r[2] in ("Baseline", "Visit") or j else "" for j, c in enumerate(r)] for r in rows]).encode(),
        "the code stands on the first visit only",
        **account(salt, quiet=True, problems=[{"level": "warning", "column": "ID"}]),
    )
    extra = [*rows, ["P001", "F", "Unscheduled", "50"], ["P002", "M", "End of treatment", "20"]]
    cases.add(
        "long_unscheduled.csv",
        text(extra).encode(),
        "visits without a week",
        **account(
            salt,
            quiet=True,
            problems=[
                {"level": "warning", "column": "Visit", "rows": [len(rows) + 1]},
                {"level": "warning", "column": "Visit", "rows": [len(rows) + 2]},
            ],
        ),
    )
    cases.add(
        "long_visit_twice_same.csv",
        text([*rows, rows[3]]).encode(),
        "a visit twice with the same value",
        **account(salt, quiet=True, problems=[{"level": "warning", "column": "Visit", "rows": [4, len(rows) + 1]}]),
    )
    cases.add(
        "long_visit_twice_conflict.csv",
        text([*rows, [*rows[3][:3], "1"]]).encode(),
        "a visit twice with two values",
        refused=True,
        says=["same visit", "P001"],
    )
    screening = [[c.replace("Baseline", "Screening") for c in r] for r in rows]
    cases.add(
        "long_screening_only.csv",
        text(screening).encode(),
        "screening, and no visit called baseline",
        **account(salt, quiet=True, problems=[{"level": "warning", "column": "Visit"}]),
    )
    negative = [["ID", "Week", "SALT"]]
    for code, course in salt.items():
        negative += [[code, "-4", "99"], *([code, str(w), f"{v:g}"] for w, v in course.items())]
    cases.add(
        "long_before_baseline.csv",
        text(negative).encode(),
        "a visit four weeks before the first dose",
        **account(salt, quiet=True, problems=[{"level": "warning", "column": "Week"}]),
    )
    bad = [list(r) for r in rows]
    bad[2][3], bad[4][3] = "sixty", "104"
    truth = {c: dict(v) for c, v in salt.items()}
    truth["P001"][4], truth["P001"][24] = None, None
    cases.add(
        "long_bad_values.csv",
        text(bad).encode(),
        "a word and a value above 100",
        **account(
            truth, problems=[{"level": "error", "column": "SALT", "rows": [3]}, {"level": "error", "column": "SALT", "rows": [5]}]
        ),
    )
    varying = [[*rows[0], "Weight", "Arm"], *([*r, str(60 + i), "bari 4 mg"] for i, r in enumerate(rows[1:]))]
    cases.add(
        "long_varying_fact.csv",
        text(varying).encode(),
        "a column that changes from visit to visit is a measure, no baseline fact",
        **account(salt, quiet=True, facts={"Arm": {"P001": "bari 4 mg"}}),
    )


def _systems(cases: Cases) -> None:
    salt = courses(codes(6, "01-701-1", 3), WEEKS, 64)
    names = {0: "Baseline", 4: "Week 4", 12: "Week 12", 24: "Week 24", 36: "Week 36"}
    head = [
        "STUDYID",
        "USUBJID",
        "TRT01P",
        "AGE",
        "SEX",
        "PARAMCD",
        "PARAM",
        "AVISIT",
        "AVISITN",
        "ADY",
        "AVAL",
        "BASE",
        "CHG",
        "DTYPE",
        "ANL01FL",
    ]
    rows = [head]
    for i, (code, course) in enumerate(salt.items()):
        last = course[0]
        for k, (week, value) in enumerate(course.items()):
            fixed = ["AA01", code, "Baricitinib 4 mg", str(30 + i), "FM"[i % 2]]
            visit = [names[week], str(k), str(7 * week + 1)]
            if value is None:
                rows.append([*fixed, "SALT", "SALT Score", *visit, f"{last:g}", f"{course[0]:g}", "", "LOCF", "Y"])
            else:
                rows.append([*fixed, "SALT", "SALT Score", *visit, f"{value:g}", f"{course[0]:g}", f"{value - course[0]:g}", "", "Y"])  # type: ignore[operator]
                last = value
            rows.append([*fixed, "DLQI", "DLQI Total Score", *visit, str(3 + k), "3", str(k), "", "Y"])
    cases.add(
        "adam.csv",
        text(rows).encode(),
        "CDISC ADaM-like: two parameters, LOCF records, BASE and CHG",
        **account(
            salt,
            quiet=True,
            layout="long",
            columns={"id": "USUBJID", "week": "AVISIT", "salt": "AVAL", "drug": "TRT01P"},
            facts={"AGE": {"01-701-1001": 30}},
        ),
    )
    codes_ = codes(5, "", 1)
    salt = courses(codes_, [0, 12, 24], 65, missing=0)
    events = {0: "baseline_arm_1", 12: "week_12_arm_1", 24: "week_24_arm_1"}
    head = [
        "record_id",
        "redcap_event_name",
        "redcap_repeat_instrument",
        "redcap_repeat_instance",
        "sex",
        "age",
        "aa_type___1",
        "aa_type___2",
        "demographics_complete",
        "salt_total",
        "visit_complete",
    ]
    rows = [head]
    for i, (code, course) in enumerate(salt.items()):
        for week, value in course.items():
            first = [str(1 + i % 2), str(30 + i), str(i % 2), str(1 - i % 2), "2"] if week == 0 else ["", "", "", "", ""]
            rows.append([code, events[week], "", "", *first, f"{value:g}", "2"])
        rows.append([code, "week_12_arm_1", "adverse_events", "1", "", "", "", "", "", "", ""])
    cases.add(
        "redcap_raw.csv",
        text(rows).encode(),
        "REDCap longitudinal export, raw, with a repeating instrument",
        **account(
            salt,
            quiet=True,
            layout="long",
            columns={"id": "record_id", "week": "redcap_event_name", "salt": "salt_total"},
            facts={"age": {"1": 30, "2": 31}},
        ),
    )
    labels = {0: "Baseline (Arm 1: Baricitinib)", 12: "Week 12 (Arm 1: Baricitinib)", 24: "Week 24 (Arm 1: Baricitinib)"}
    rows = [["Record ID", "Event Name", "Sex", "SALT total score"]]
    for i, (code, course) in enumerate(salt.items()):
        rows += [[code, labels[w], ["Female", "Male"][i % 2] if w == 0 else "", f"{v:g}"] for w, v in course.items()]
    cases.add(
        "redcap_labels.csv",
        text(rows).encode(),
        "REDCap longitudinal export, labels",
        **account(salt, quiet=True, layout="long", facts={"Sex": {"1": "Female", "2": "Male"}}),
    )
