"""A random cohort, written in a random dialect, is read back value for value without a question."""

from __future__ import annotations

import csv
import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aadash.intake import read
from aadash.intake.check.codes import CODES

#: Header of the code and of a visit; each is one habit of naming.
STYLES = {
    "plain": ("ID", "SALT_W{w}"),
    "words": ("Patient ID", "SALT score at week {w}"),
    "short": ("Pat. No.", "W{w}"),
    "number first": ("Subject", "{w} weeks"),
    "korean": ("환자번호", "SALT {w}주"),
    "japanese": ("症例番号", "SALT {w}週"),
    "dots": ("subject", "salt.w{w}"),
    "padded": ("USUBJID", "WEEK{w:03d}"),
    "brackets": ("case", "SALT (week {w})"),
}
LONG = {
    "weeks": ("patient", "week", "SALT", "{w}"),
    "names": ("Subject ID", "Visit", "SALT score", "Week {w}"),
    "korean": ("환자번호", "방문", "SALT", "{w}주"),
    "generic": ("subject", "time", "value", "w{w}"),
}
WEEKS = st.lists(
    st.sampled_from([2, 4, 6, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 76, 104]), min_size=1, max_size=6, unique=True
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le")


@st.composite
def truths(draw: st.DrawFn) -> dict[str, dict[int, float | None]]:
    """Codes, weeks, values; every week is observed in someone and every patient has a baseline.

    Values that are written for a missing one, such as 98, are asked about and have tests of their own.
    """
    pattern = draw(st.sampled_from([r"[0-9]{4}", r"[A-Z]{2}-[0-9]{3}", r"P[0-9]{1,3}", r"[0-9]{2}-[0-9]{3}-[0-9]{4}"]))
    codes = draw(st.lists(st.from_regex(pattern, fullmatch=True).filter(str.isascii), min_size=2, max_size=9, unique_by=str.lower))
    weeks = [0, *sorted(draw(WEEKS))]
    number = st.integers(10, 1000).map(lambda i: i / 10) if draw(st.booleans()) else st.integers(2, 100).map(float)
    number = number.filter(lambda v: v not in CODES)
    out: dict[str, dict[int, float | None]] = {}
    for i, code in enumerate(codes):
        out[code] = {w: draw(number if w == 0 or i == 0 else st.none() | number) for w in weeks}
    out[codes[0]][0] = 77.0
    return out


def _cell(value: float | None, decimal: str, missing: str) -> str:
    return missing if value is None else f"{value:g}".replace(".", decimal)


def _write(rows: list[list[str]], delimiter: str, end: str, quoting: int) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(truths(), st.data())
def test_wide(truth: dict[str, dict[int, float | None]], data: st.DataObject) -> None:
    style = data.draw(st.sampled_from(sorted(STYLES)))
    delimiter, decimal = data.draw(st.sampled_from([(",", "."), (";", ","), (";", "."), ("\t", ","), ("\t", "."), ("|", ".")]))
    missing = data.draw(st.sampled_from(["", "NA", "n/a", ".", "-", "결측"]))
    title = data.draw(st.sampled_from([[], [["Baricitinib cohort"]], [["Cohort of the clinic"], []]]))
    foot = data.draw(st.sampled_from([[], [["Mean", "", *["50"] * len(next(iter(truth.values())))]], [["* means of two raters"]]]))
    code, visit = STYLES[style]
    weeks = list(next(iter(truth.values())))
    sex = data.draw(st.lists(st.sampled_from(["F", "M"]), min_size=len(truth), max_size=len(truth)))
    rows = [[code, "Sex", *(visit.format(w=w) for w in weeks)]]
    rows += [[c, s, *(_cell(v, decimal, missing) for v in course.values())] for (c, course), s in zip(truth.items(), sex, strict=True)]
    text = _write(
        [*title, *rows, *foot],
        delimiter,
        data.draw(st.sampled_from(["\n", "\r\n"])),
        data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )
    _same(text.encode(data.draw(st.sampled_from(ENCODINGS))), truth)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(truths(), st.data())
def test_long(truth: dict[str, dict[int, float | None]], data: st.DataObject) -> None:
    code, visit, value, week = LONG[data.draw(st.sampled_from(sorted(LONG)))]
    records = [[c, week.format(w=w), _cell(v, ".", "")] for c, course in truth.items() for w, v in course.items()]
    head, tail = records[0], data.draw(st.permutations(records[1:]))
    order = list(dict.fromkeys(r[0] for r in [head, *tail]))
    text = _write([[code, visit, value], head, *tail], data.draw(st.sampled_from([",", ";", "\t"])), "\n", csv.QUOTE_MINIMAL)
    _same(text.encode(), {c: truth[c] for c in order})


def _same(file: bytes, truth: dict[str, dict[int, float | None]]) -> None:
    reading = read(file, name="file.csv")
    assert not reading.refusal
    assert [p.message for p in reading.open_problems] == []
    assert reading.to_check()["salt"] == {c: {str(w): v for w, v in course.items()} for c, course in truth.items()}
