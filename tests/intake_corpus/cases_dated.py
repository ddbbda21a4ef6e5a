"""Visits given by calendar date, in the ways that clinics write dates."""

from __future__ import annotations

from datetime import date, timedelta

from tests.intake_corpus.truth import Cases, account, codes, courses, text


def add(cases: Cases) -> None:
    """All dated cases."""
    salt = courses(codes(6), [0, 12, 24, 36], 66)
    start = {c: date(2024, 1, 8) + timedelta(days=17 * i) for i, c in enumerate(salt)}
    shift = {c: {0: -(i % 4), 12: i - 2, 24: 3 - i, 36: 2 * i - 5} for i, c in enumerate(salt)}

    def rows(head: list[str], style: str, first: bool = True) -> list[list[str]]:
        out = [head]
        for code, course in salt.items():
            for week, value in course.items():
                if value is not None:
                    day = start[code] + timedelta(days=7 * week + (shift[code][week] if first or week else 0))
                    out.append([code, *([_day(start[code], style)] if first else []), _day(day, style), f"{value:g}"])
        return out

    want = {"layout": "dated", "problems": [{"level": "warning"}]}
    cases.add(
        "dated_iso.csv",
        text(rows(["ID", "First dose", "Visit date", "SALT"], "iso")).encode(),
        "visits a few days off their week",
        **account(salt, quiet=True, columns={"first_dose": "First dose", "date": "Visit date"}, **want),
    )
    cases.add(
        "dated_korean.csv",
        text(rows(["환자번호", "투여 시작일", "방문일", "SALT"], "korean")).encode(),
        "2024년 3월 5일",
        **account(salt, quiet=True, **want),
    )
    cases.add(
        "dated_dots.csv",
        text(rows(["환자번호", "첫 투여일", "내원일", "SALT"], "dots")).encode(),
        "2024.3.5",
        **account(salt, quiet=True, **want),
    )
    cases.add(
        "dated_era.csv",
        text(rows(["症例番号", "投与開始日", "受診日", "SALT"], "era")).encode("cp932"),
        "Japanese era: R6.3.5",
        **account(salt, quiet=True, **want),
    )
    cases.add(
        "dated_day_first.csv",
        text(rows(["ID", "Start date", "Date", "SALT"], "dmy")).encode(),
        "23/01/2024: the day is first",
        **account(salt, quiet=True, **want),
    )
    cases.add(
        "dated_month_names.csv",
        text(rows(["ID", "TRTSDT", "ADT", "AVAL"], "sas")).encode(),
        "05MAR2024",
        **account(salt, quiet=True, **want),
    )
    cases.add(
        "dated_serial.csv",
        text(rows(["ID", "first dose date", "visit date", "SALT"], "serial")).encode(),
        "spreadsheet day numbers",
        **account(salt, quiet=True, **want),
    )
    cases.add(
        "dated_without_start.csv",
        text(rows(["ID", "Visit date", "SALT"], "iso", first=False)).encode(),
        "no first dose: the first visit is taken",
        **account(salt, quiet=True, layout="dated", problems=[{"level": "warning", "column": "Visit date"}]),
    )
    wide = [["ID", "First dose", *(n for i in range(1, 5) for n in (f"Date {i}", f"SALT {i}"))]]
    for code, course in salt.items():
        pairs = [
            ("" if v is None else (start[code] + timedelta(days=7 * w + shift[code][w])).isoformat(), "" if v is None else f"{v:g}")
            for w, v in course.items()
        ]
        wide.append([code, start[code].isoformat(), *(c for p in pairs for c in p)])
    cases.add(
        "dated_pairs.csv", text(wide).encode(), "a date and a SALT column for each visit", **account(salt, quiet=True, layout="dated")
    )
    few = {"P001": {0: 80.0, 12: 40.0, 24: 20.0}, "P002": {0: 90.0, 12: None, 24: 60.0}}
    some = [
        ["ID", "First dose", "Visit date", "SALT"],
        ["P001", "2024-01-01", "2024-01-01", "80"],
        ["P001", "2024-01-01", "2024-03-25", "40"],
        ["P001", "2024-01-01", "2024-04-01", "44"],
        ["P001", "2024-01-01", "2024-06-17", "20"],
        ["P002", "2024-01-01", "2023-12-20", "90"],
        ["P002", "2024-01-01", "sometime", "70"],
        ["P002", "2024-01-01", "2024-06-17", "60"],
    ]
    cases.add(
        "dated_collision.csv",
        text(some).encode(),
        "two visits in one window, a date that is none",
        **account(
            few,
            layout="dated",
            problems=[
                {"level": "warning", "column": "Visit date", "rows": [4]},
                {"level": "error", "column": "Visit date", "rows": [7]},
            ],
        ),
    )


def _day(day: date, style: str) -> str:
    return {
        "iso": day.isoformat(),
        "korean": f"{day.year}년 {day.month}월 {day.day}일",
        "dots": f"{day.year}.{day.month}.{day.day}",
        "era": f"R{day.year - 2018}.{day.month}.{day.day}" if day >= date(2019, 5, 1) else day.isoformat(),
        "dmy": f"{day:%d/%m/%Y}",
        "sas": f"{day:%d%b%Y}".upper(),
        "serial": str((day - date(1899, 12, 30)).days),
    }[style]
