"""Habits that each break some reader: codes per centre, visits without weeks, turned tables, sheets by year, Excel's tricks."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from tests.intake_corpus.truth import Cases, account, codes, comma, courses, text, wide_rows
from tests.intake_corpus.writers import xlsx

HEAD = ["ID", "SALT_W0", "SALT_W12", "SALT_W24"]


def add(cases: Cases) -> None:
    """All of them."""
    _codes(cases)
    _visits(cases)
    _arrangements(cases)
    _programs(cases)


def _codes(cases: Cases) -> None:
    salt = courses(codes(6), [0, 12, 24], 91)
    plain = wide_rows(salt, HEAD)
    excel = [plain[0], *([f'="{i:04d}"', *r[1:]] for i, r in enumerate(plain[1:], 1))]
    kept = {f"{i:04d}": c for i, c in enumerate(salt.values(), 1)}
    cases.add(
        "excel_text_trick.csv",
        "\n".join(",".join(r) for r in excel).encode(),
        '="0007", so that Excel keeps the zeros',
        **account(kept, quiet=True),
    )
    sites = [["Site", "Subject", *HEAD[1:]], *([s, n, *r[1:]] for s, n, r in zip("SSSBBB", "123123", plain[1:], strict=True))]
    both = {f"{s}-{n}": c for s, n, c in zip("SSSBBB", "123123", salt.values(), strict=True)}
    cases.add(
        "codes_per_centre.csv",
        text(sites).encode(),
        "subject numbers begin again in each centre",
        **account(both, problems=[{"level": "error", "column": "Subject"}]),
    )
    complete = courses(codes(5), [0, 12, 24], 92, missing=0)
    rows = wide_rows(complete, HEAD)
    halves = [*rows[:2], [rows[2][0], rows[2][1], "", rows[2][3]], *rows[3:], [rows[2][0], "", rows[2][2], ""]]
    cases.add(
        "halves_of_a_row.csv",
        text(halves).encode(),
        "one patient on two rows that complete each other",
        **account(complete, problems=[{"level": "error", "column": "ID", "rows": [3, 7]}]),
    )
    similar = {**complete, "p001": {0: 66.0, 12: 33.0, 24: 11.0}}
    cases.add(
        "codes_by_case.csv",
        text(wide_rows(similar, HEAD)).encode(),
        "P001 and p001",
        **account(similar, quiet=True, problems=[{"level": "warning", "column": "ID", "rows": [2, 7]}]),
    )


def _visits(cases: Cases) -> None:
    salt = courses(codes(5), [0, 12, 24], 93)
    base = {c: {0: v[0]} for c, v in salt.items()}
    rows = wide_rows({c: {0: v[0], 1: v[24]} for c, v in salt.items()}, ["ID", "SALT pre", "SALT post"])
    cases.add(
        "pre_and_post.csv",
        text(rows).encode(),
        "before and after, and after what is not said",
        **account(base, unused=["SALT post"], problems=[{"level": "error", "column": "SALT post"}]),
    )
    for name, head in (("counted_visits.csv", ["ID", "SALT1", "SALT2", "SALT3"]), ("t_numbers.csv", ["ID", "T0", "T1", "T2"])):
        cases.add(
            name,
            text(wide_rows(salt, head)).encode(),
            "numbers that count visits",
            patients=5,
            problems=[{"level": "error", "column": head[1]}],
        )
    cases.add(
        "month_numbers.csv",
        text(wide_rows({c: {0: v[0], 3: v[12], 6: v[24]} for c, v in salt.items()}, ["ID", "SALT0", "SALT3", "SALT6"])).encode(),
        "0, 3, 6: weeks or months?",
        patients=5,
        problems=[{"level": "error", "column": "SALT0"}],
    )
    scores = [["ID", "Baseline", "Final", "Improvement"], *([c, f"{v[0]:g}", "10", "50"] for c, v in salt.items())]
    cases.add(
        "final_visit.csv",
        text(scores).encode(),
        "baseline, final, improvement",
        **account(base, problems=[{"level": "error", "column": "Final"}]),
    )
    days = {c: {0: 80.0 + i, 12: 60.0 - i, 24: 30.0 + i} for i, c in enumerate(codes(4))}
    rows = [["id", "days_since_first_dose", "SALT"]]
    for i, (code, course) in enumerate(days.items()):
        rows += [[code, str(d), f"{v:g}"] for d, v in zip((-i, 84 + 3 * i, 168 - 2 * i), course.values(), strict=True)]
    cases.add(
        "days_as_they_came.csv",
        text(rows).encode(),
        "days since the first dose, not whole weeks",
        **account(days, quiet=True, layout="long", problems=[{"level": "warning", "column": "days_since_first_dose"}]),
    )


def _arrangements(cases: Cases) -> None:
    salt = courses(codes(4), [0, 12, 24], 94, missing=0)
    turned = [["Week", *salt], *([str(w), *(f"{c[w]:g}" for c in salt.values())] for w in (0, 12, 24))]
    cases.add(
        "patients_across.csv",
        text(turned).encode(),
        "a row for each visit, a column for each patient",
        **account(salt, quiet=True, problems=[{"level": "warning", "column": "Week"}]),
    )
    first, second = courses(codes(3), [0, 12], 95, missing=0), courses(codes(3, start=4), [0, 12], 96, missing=0)
    sheets = {
        year: [["ID", "W0", "W12"], *([c, v[0], v[12]] for c, v in part.items())] for year, part in (("2024", first), ("2025", second))
    }
    cases.add(
        "a_sheet_a_year.xlsx",
        xlsx(sheets),
        "two sheets with the same columns and different patients",
        **account({**first, **second}, quiet=True, problems=[{"level": "warning", "column": "ID"}]),
    )
    rows = wide_rows(salt, ["ID", "W0", "W12", "W24"])
    groups = [["Group A"], *rows[:3], [], ["Group B"], rows[0], *rows[3:]]
    cases.add(
        "two_blocks.csv",
        text(groups).encode(),
        "two groups under each other, each with its header",
        **account(salt, quiet=True, problems=[{"level": "warning", "rows": [7]}]),
    )
    over = [["", "Baseline", "W12", "W24"], ["ID", "SALT", "SALT", "SALT"], *rows[1:]]
    cases.add("visits_over_scores.csv", text(over).encode(), "the visit above, the score below", **account(salt, quiet=True))
    parts = {"1": (100, 80, 60, 60), "2": (50, 40, 30, 20)}
    letters = [["ID", *(f"SALT_{r}_W0" for r in "TBLR")], *([c, *map(str, p)] for c, p in parts.items())]
    total = {c: {0: round(0.40 * p[0] + 0.24 * p[1] + 0.18 * p[2] + 0.18 * p[3], 6)} for c, p in parts.items()}
    cases.add("regions_by_letter.csv", text(letters).encode(), "top, back, left and right by one letter", **account(total, quiet=True))
    mild = [["ID", "Top W0", "Back W0", "Left W0", "Right W0"], ["1", "20", "10", "9", "8"], ["2", "40", "24", "18", "18"]]
    value = {
        "1": {0: round(0.4 * 20 + 0.24 * 10 + 0.18 * 9 + 0.18 * 8, 6)},
        "2": {0: round(0.4 * 40 + 0.24 * 24 + 0.18 * 18 + 0.18 * 18, 6)},
    }
    cases.add(
        "regions_weighted_or_not.csv",
        text(mild).encode(),
        "no region above its weight: percentages, or parts of SALT?",
        **account(value, problems=[{"level": "error", "column": "Top W0"}]),
    )


def _programs(cases: Cases) -> None:
    import pyreadstat

    salt = courses(codes(4), [0, 12], 97, missing=0)
    frame = pd.DataFrame({"id": list(salt), "salt_w0": [c[0] for c in salt.values()], "salt_w12": [c[12] for c in salt.values()]})
    frame.loc[1, "salt_w12"], salt["P002"][12] = 999.0, None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        pyreadstat.write_sav(frame, str(path), missing_ranges={"salt_w12": [999]})
        cases.add(
            "declared_missing.sav",
            path.read_bytes(),
            "999 is declared missing in the SPSS file",
            **account(salt, quiet=True, problems=[{"level": "note", "column": "salt_w12"}]),
        )
        pyreadstat.write_por(frame.rename(columns=str.upper), str(path))
        cases.add("portable.por", path.read_bytes(), "SPSS portable", patients=4, columns={"id": "ID", "salt_w12": "SALT_W12"})
    french = courses(codes(4), [0, 13, 26], 98, decimals=1)
    rows = wide_rows(french, ["No", "Sexe", "SALT J0", "SALT M3", "SALT M6"], {"Sexe": list("FHFH")}, number=comma)
    cases.add(
        "french.csv",
        text(rows, ";", "\r\n").encode("cp1252"),
        "J0, M3, M6; decimal commas",
        **account(french, quiet=True, columns={"sex": "Sexe"}),
    )
