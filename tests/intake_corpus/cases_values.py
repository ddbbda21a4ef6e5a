"""Cells that are no plain numbers, and duplicates: what the user has to be told."""

from __future__ import annotations

from tests.intake_corpus.truth import Cases, account, codes, courses, text, wide_rows

HEAD = ["ID", "SALT_W0", "SALT_W12", "SALT_W24"]


def add(cases: Cases) -> None:
    """All cases about values."""
    _dressed(cases)
    _impossible(cases)
    _duplicates(cases)


def _cells(
    changes: dict[tuple[str, int], tuple[str, float | None]], seed: int
) -> tuple[bytes, dict[str, dict[int, float | None]], dict[str, int]]:
    """A complete file in which some cells hold other text; the truth with what they mean; row of each patient."""
    salt = courses(codes(8), [0, 12, 24], seed, missing=0.0)
    rows = wide_rows(salt, HEAD)
    place = {c: i for i, c in enumerate(salt, 1)}
    for (code, week), (cell, meaning) in changes.items():
        rows[place[code]][1 + [0, 12, 24].index(week)] = cell
        salt[code][week] = meaning
    return text(rows).encode(), salt, {c: i + 1 for c, i in place.items()}


def _dressed(cases: Cases) -> None:
    data, salt, _ = _cells(
        {
            ("P001", 12): ("SALT 50%", 50),
            ("P002", 12): ("62 %", 62),
            ("P003", 12): ("62,5%", 62.5),
            ("P004", 24): ("33 점", 33),
            ("P005", 24): (" 40 ", 40),
            ("P006", 24): ("+20", 20),
        },
        11,
    )
    cases.add("units.csv", data, "percent signs and units", **account(salt, quiet=True))
    data, salt, row = _cells({("P001", 0): ("100 (AU)", 100), ("P002", 12): ("45*", 45), ("P003", 24): ("30 [photo]", 30)}, 12)
    cases.add(
        "remarks_in_cells.csv",
        data,
        "a remark beside the number",
        **account(
            salt,
            quiet=True,
            problems=[
                {"level": "warning", "column": "SALT_W0", "rows": [row["P001"]]},
                {"level": "warning", "column": "SALT_W12", "rows": [row["P002"]]},
            ],
        ),
    )
    data, salt, row = _cells(
        {
            ("P001", 12): ("<5", None),
            ("P002", 12): ("≤20", None),
            ("P003", 24): (">95", None),
            ("P004", 24): ("40-50", None),
            ("P005", 24): ("~30", None),
            ("P006", 24): ("20 이하", None),
            ("P007", 24): ("50以上", None),
        },
        13,
    )
    cases.add(
        "bounds.csv",
        data,
        "bounds and ranges are not values",
        **account(
            salt,
            problems=[
                {"level": "error", "column": "SALT_W12", "rows": [2, 3]},
                {"level": "error", "column": "SALT_W24", "rows": [4, 5, 6, 7, 8]},
            ],
        ),
    )
    words = ["n/a", "-", "．", "ND", "결측", "欠測", "not done", "NA"]
    data, salt, _ = _cells({(c, 24): (w, None) for c, w in zip(codes(8), words, strict=True)}, 14)
    cases.add(
        "missing_words.csv",
        data,
        "eight ways to say missing",
        **account(salt, quiet=True, problems=[{"level": "warning", "column": "SALT_W24"}]),
    )
    data, salt, _ = _cells(
        {
            ("P001", 12): ("lost to follow-up", None),
            ("P002", 12): ("탈락", None),
            ("P003", 24): ("中止", None),
            ("P004", 24): ("dropout", None),
        },
        15,
    )
    cases.add(
        "dropouts.csv",
        data,
        "reasons for a missing visit",
        **account(salt, quiet=True, problems=[{"level": "note", "column": "SALT_W12"}]),
    )
    data, salt, _ = _cells(
        {("P001", 0): ("８０", 80), ("P002", 12): ("６２．５", 62.5), ("P003", 24): ("１００", 100), ("P004", 24): ("٤٥", 45)}, 16
    )
    cases.add(
        "full_width_digits.csv",
        data,
        "digits of other scripts",
        **account(salt, quiet=True, problems=[{"level": "note", "column": "SALT_W0"}]),
    )
    data, salt, _ = _cells(
        {("P001", 12): ("62·5", 62.5), ("P002", 24): ("0.5", 0.5), ("P003", 24): (".5", 0.5), ("P004", 24): ("7.", 7)}, 17
    )
    cases.add("decimal_points.csv", data, "a raised decimal point, points without digits", **account(salt, quiet=True))


def _impossible(cases: Cases) -> None:
    data, salt, row = _cells({("P002", 12): ("sixty", None), ("P003", 24): ("about half", None), ("P004", 24): ("1O0", None)}, 21)
    cases.add(
        "words_for_numbers.csv",
        data,
        "words and a letter O",
        **account(
            salt,
            problems=[
                {"level": "error", "column": "SALT_W12", "rows": [row["P002"]]},
                {"level": "error", "column": "SALT_W24", "rows": [4, 5]},
            ],
        ),
    )
    data, salt, row = _cells(
        {("P001", 12): ("140", None), ("P002", 12): ("-5", None), ("P003", 24): ("999", None), ("P004", 24): ("-9", None)}, 22
    )
    cases.add(
        "out_of_range.csv",
        data,
        "SALT above 100 and below 0, codes for missing",
        **account(
            salt,
            problems=[
                {"level": "error", "column": "SALT_W12", "rows": [2, 3]},
                {"level": "error", "column": "SALT_W24", "rows": [4, 5]},
            ],
        ),
    )
    data, salt, _ = _cells(
        {
            ("P001", 12): ("2024-12-05", None),
            ("P002", 12): ("12-May", None),
            ("P003", 24): ("#REF!", None),
            ("P004", 24): ("TRUE", None),
            ("P005", 24): ("1e999", None),
            ("P006", 24): ("0x1F", None),
        },
        23,
    )
    cases.add(
        "spreadsheet_damage.csv",
        data,
        "dates, error values and truth values among the numbers",
        **account(
            salt,
            problems=[
                {"level": "error", "column": "SALT_W12", "rows": [2, 3]},
                {"level": "warning", "column": "SALT_W24", "rows": [4]},
                {"level": "error", "column": "SALT_W24", "rows": [5, 6, 7]},
            ],
        ),
    )
    data, salt, row = _cells({("P003", 0): ("", None)}, 24)
    cases.add(
        "baseline_missing.csv",
        data,
        "one patient without a baseline",
        **account(salt, quiet=True, problems=[{"level": "warning", "column": "SALT_W0", "rows": [row["P003"]]}]),
    )
    data, salt, row = _cells(
        {
            ("P003", 12): ("0", 0),
            ("P003", 0): ("90", 90),
            ("P003", 24): ("88", 88),
            ("P005", 0): ("5", 5),
            ("P005", 12): ("3", 3),
            ("P005", 24): ("96", 96),
        },
        25,
    )
    cases.add(
        "suspicious_course.csv",
        data,
        "90, 0, 88: a digit lost? and a rise from 3 to 96 in twelve weeks",
        **account(salt, quiet=True, problems=[{"level": "warning", "column": "SALT_W12", "rows": [row["P003"]]}]),
    )
    salt = {c: {0: round(v[0] / 100, 2), 12: round(v[12] / 100, 2)} for c, v in courses(codes(6), [0, 12], 26, missing=0).items()}  # type: ignore[operator]
    cases.add(
        "fractions.csv",
        text(wide_rows(salt, ["ID", "SALT_W0", "SALT_W12"])).encode(),
        "0.85 where 85 is meant",
        **account(salt, problems=[{"level": "error", "column": "SALT_W0"}]),
    )


def _duplicates(cases: Cases) -> None:
    salt = courses(codes(6), [0, 12, 24], 31, missing=0)
    rows = wide_rows(salt, HEAD)
    cases.add(
        "same_row_twice.csv",
        text([*rows, rows[2]]).encode(),
        "one row is there twice",
        **account(salt, problems=[{"level": "error", "column": "ID", "rows": [3, 8]}]),
    )
    cases.add(
        "patient_twice.csv",
        text([*rows, [rows[2][0], "1", "2", "3"]]).encode(),
        "one code, two different courses",
        refused=True,
        says=["P002", "more than once"],
    )
    twin = [["P901", *rows[3][1:]]]
    both = {**salt, "P901": dict(salt["P003"])}
    cases.add(
        "same_course_two_codes.csv",
        text([*rows, *twin]).encode(),
        "two codes with the same course",
        **account(both, quiet=True, problems=[{"level": "warning", "rows": [4, 8]}]),
    )
    agree = [[*r, r[2]] for r in rows]
    agree[0] = [*HEAD, "Week 12 SALT"]
    cases.add("week_twice_agreeing.csv", text(agree).encode(), "two columns for week 12 that agree", **account(salt, quiet=True))
    clash = [[*r, "7"] for r in rows]
    clash[0] = [*HEAD, "Week 12 SALT"]
    cases.add(
        "week_twice_conflicting.csv",
        text(clash).encode(),
        "two columns for week 12 that differ",
        refused=True,
        says=["week 12", "Week 12 SALT"],
    )
    missing = [["" if i == 3 and j == 0 else c for j, c in enumerate(r)] for i, r in enumerate(rows)]
    lost = {("row 4" if c == "P003" else c): v for c, v in salt.items()}
    cases.add(
        "code_missing.csv",
        text(missing).encode(),
        "a row without a code",
        **account(lost, problems=[{"level": "error", "column": "ID", "rows": [4]}]),
    )
