"""Wide delimited files: one row per patient."""

from __future__ import annotations

import gzip

from tests.intake_corpus.truth import Cases, account, codes, comma, courses, text, wide_rows
from tests.intake_corpus.writers import packed

WEEKS = [0, 4, 8, 12, 24, 36]


def add(cases: Cases) -> None:
    """All wide text cases."""
    _dialects(cases)
    _encodings(cases)
    _headers(cases)
    _surroundings(cases)


def _dialects(cases: Cases) -> None:
    salt = courses(codes(8, "", 4, 5), WEEKS, 1)
    header = ["ID", "Sex", "Age", *(f"SALT_W{w}" for w in WEEKS)]
    facts = {"Sex": list("FMFFMFMM"), "Age": ["31", "44", "27", "58", "36", "41", "63", "29"]}
    rows = wide_rows(salt, header, facts)
    cases.add(
        "plain.csv",
        text(rows).encode(),
        "plain comma-separated, codes with leading zeros",
        **account(
            salt,
            quiet=True,
            columns={"id": "ID", "salt_w0": "SALT_W0", "salt_w36": "SALT_W36", "sex": "Sex"},
            facts={"Age": {"0005": 31, "0012": 29}, "Sex": {"0005": "F"}},
        ),
    )
    cases.add(
        "windows_line_ends_and_trailing_commas.csv",
        "".join(",".join(r) + ",,\r\n" for r in rows).encode() + b",,,,,,,,,,\r\n,,,,,,,,,,\r\n",
        "Excel leaves empty columns and rows behind",
        **account(salt, quiet=True),
    )
    cases.add("old_mac_line_ends.csv", text(rows, end="\r").encode(), "carriage returns only", **account(salt, quiet=True))
    cases.add("pipe.txt", text(rows, "|").encode(), "pipes", **account(salt, quiet=True))
    cases.add(
        "spaces.txt",
        "\n".join("   ".join(c or "NA" for c in r) for r in rows).encode(),
        "columns kept apart by spaces",
        **account(salt, quiet=True),
    )
    cases.add("compressed.csv.gz", gzip.compress(text(rows).encode(), mtime=0), "gzip", **account(salt, quiet=True))
    cases.add(
        "one_table.zip", packed({"export/cohort.csv": text(rows)}), "a zip archive with one table in it", **account(salt, quiet=True)
    )
    fine = courses(codes(6), WEEKS, 2, decimals=1)
    head = ["Patient", *(f"SALT W{w}" for w in WEEKS)]
    cases.add(
        "german_excel.csv",
        "﻿".encode() + text(wide_rows(fine, head, number=comma), ";", "\r\n").encode(),
        "semicolons, decimal commas, byte order mark",
        **account(fine, quiet=True),
    )
    cases.add(
        "decimal_comma.tsv",
        text(wide_rows(fine, head, number=comma), "\t").encode(),
        "tabs and decimal commas",
        **account(fine, quiet=True),
    )
    cases.add(
        "quoted_decimal_comma.csv",
        text(wide_rows(fine, head, number=comma)).encode(),
        "comma-separated, decimal commas inside quotation marks",
        **account(fine, quiet=True),
    )
    cases.add(
        "declared_separator.csv",
        ("sep=;\r\n" + text(wide_rows(fine, head), ";", "\r\n")).encode(),
        "Excel's first line sep=;",
        **account(fine, quiet=True),
    )
    quoted = {"Remark": ["line one\nline two", "", 'said "fine"', "a, b", "", ""]}
    cases.add(
        "quoted_newlines.csv",
        text(wide_rows(fine, ["Patient", "Remark", *head[1:]], quoted)).encode(),
        "line breaks, commas and quotation marks inside cells",
        **account(fine, quiet=True, unused=["Remark"]),
    )
    broken = text(wide_rows(fine, head)).replace("P002,", '"P002,', 1)
    cases.add(
        "unclosed_quote.csv",
        broken.encode(),
        "a quotation mark that is never closed",
        **account(fine, problems=[{"level": "warning"}]),
    )


def _encodings(cases: Cases) -> None:
    salt = courses(codes(6), [0, 12, 24, 36], 3)
    korean = {
        "성별": ["여", "남", "여", "여", "남", "여"],
        "나이": ["31", "44", "27", "58", "36", "41"],
        "진단": ["전두탈모", "전신탈모", "원형탈모", "사행성", "원형탈모", "전신탈모"],
    }
    head = ["환자번호", *korean, "기저 SALT", "12주", "24주", "36주"]
    rows = wide_rows(salt, head, korean)
    want = {
        "columns": {"id": "환자번호", "sex": "성별", "age": "나이", "subtype": "진단", "salt_w0": "기저 SALT", "salt_w36": "36주"},
        "facts": {"성별": {"P001": "여"}, "나이": {"P004": 58}},
        "quiet": True,
    }
    cases.add("korean_utf8.csv", text(rows).encode(), "Korean headers, UTF-8", **account(salt, **want))
    cases.add(
        "korean_cp949.csv", text(rows, end="\r\n").encode("cp949"), "Korean headers, CP949 as Excel saves it", **account(salt, **want)
    )
    few = [["번호", "기저치", "12주차", "24주차", "36주차"], *([r[0], *r[4:]] for r in rows[1:])]
    cases.add(
        "korean_euckr_headers_only.csv",
        text(few).encode("euc-kr"),
        "Korean only in the headers, EUC-KR",
        **account(salt, columns={"id": "번호", "salt_w0": "기저치"}, quiet=True),
    )
    japanese = {
        "性別": ["女", "男", "女", "女", "男", "女"],
        "年齢": ["31", "44", "27", "58", "36", "41"],
        "病型": ["全頭型", "汎発型", "多発型", "蛇行型", "多発型", "汎発型"],
    }
    head = ["症例番号", *japanese, "投与前", "12週", "24週", "36週"]
    rows = wide_rows(salt, head, japanese)
    want = {
        "columns": {"id": "症例番号", "sex": "性別", "age": "年齢", "subtype": "病型", "salt_w0": "投与前", "salt_w24": "24週"},
        "facts": {"病型": {"P002": "汎発型"}},
        "quiet": True,
    }
    cases.add(
        "japanese_cp932.csv",
        text(rows, end="\r\n").encode("cp932"),
        "Japanese headers, Shift-JIS as Excel saves it",
        **account(salt, **want),
    )
    cases.add("japanese_eucjp.csv", text(rows).encode("euc_jp"), "Japanese headers, EUC-JP", **account(salt, **want))
    months = courses(codes(5, "T"), [0, 13, 26, 39], 4)
    head = ["患者ID", "開始時", "３ヶ月後", "６ヵ月後", "9か月後"]
    cases.add(
        "japanese_months.csv",
        text(wide_rows(months, head)).encode(),
        "months in three spellings, full-width digits",
        **account(months, columns={"salt_w13": "３ヶ月後", "salt_w39": "9か月後"}, quiet=True),
    )
    head = ["ID", "Sex", "치료 전", "3개월", "6개월", "9개월"]
    cases.add(
        "korean_months.csv",
        text(wide_rows(months, head, {"Sex": list("FMFMF")})).encode(),
        "Korean months",
        **account(months, columns={"salt_w26": "6개월"}, quiet=True),
    )
    plain = [
        ["ID", "Zentrum", *(f"SALT W{w}" for w in (0, 12, 24, 36))],
        *([r[0], z, *r[4:]] for r, z in zip(rows[1:], ["Köln", "Zürich", "Köln", "Münster", "Köln", "Zürich"], strict=True)),
    ]
    cases.add(
        "latin1.csv",
        text(plain, ";", "\r\n").encode("latin-1"),
        "umlauts, Latin-1",
        **account(salt, facts={"Zentrum": {"P002": "Zürich"}}, quiet=True),
    )
    cases.add("unicode_text.txt", text(rows, "\t", "\r\n").encode("utf-16"), "Excel's Unicode Text", **account(salt, quiet=True))
    cases.add(
        "utf16_without_mark.csv", text(plain).encode("utf-16-be"), "UTF-16 without a byte order mark", **account(salt, quiet=True)
    )


def _headers(cases: Cases) -> None:
    weeks = [0, 12, 24, 36]
    salt = courses(codes(6), weeks, 5)
    for name, head, made in (
        ("headers_mixed.csv", ["Pat. No.", "baseline", "salt wk 12", "Week 24", "SALT (36 weeks)"], "every visit named another way"),
        (
            "headers_words.csv",
            ["Subject", "SALT score at baseline", "SALT score at week 12", "SALT score at week 24", "SALT score at week 36"],
            "sentences",
        ),
        ("headers_number_first.csv", ["case no", "0w", "12w", "24wks", "36 weeks"], "numbers before the unit"),
        ("headers_numbers.csv", ["ID", "0", "12", "24", "36"], "bare week numbers"),
        ("headers_salt_numbers.csv", ["ID", "SALT0", "SALT12", "SALT24", "SALT36"], "SALT with a bare number"),
        ("headers_days.csv", ["ID", "Day 1", "D84", "Day 169", "D252"], "days, day 1 being the first dose or day 0"),
        ("headers_dots.csv", ["row names", "salt.pre", "salt.w12", "salt.w24", "salt.w36"], "R's dots"),
        ("headers_camel.csv", ["patientId", "saltBaseline", "saltWeek12", "saltWeek24", "saltWeek36"], "camel case"),
        ("headers_zero_padded.csv", ["USUBJID", "BASELINE", "WEEK012", "WEEK024", "WEEK036"], "capitals and zeros"),
    ):
        cases.add(name, text(wide_rows(salt, head)).encode(), made, **account(salt, columns={"id": head[0]}, quiet=True))
    months = courses(codes(6), [0, 13, 26, 39], 6)
    cases.add(
        "headers_month_words.csv",
        text(wide_rows(months, ["ID", "SALT Month 0", "Month 3", "6M", "SALT_M9"])).encode(),
        "months",
        **account(months, quiet=True),
    )
    numbered = wide_rows(salt, ["ID", "SALT V1", "SALT V2", "SALT V3", "SALT V4"])
    cases.add(
        "headers_visit_numbers.csv",
        text(numbered).encode(),
        "visits numbered, weeks nowhere",
        patients=6,
        problems=[{"level": "error", "column": "SALT V1"}],
    )
    facts = {
        "SALT75_W36": list("011010"),
        "% change W36": ["-80", "-20", "-75", "-90", "-10", "-60"],
        "DLQI_W0": ["12", "8", "15", "20", "9", "11"],
        "DLQI_W36": ["2", "8", "3", "1", "9", "4"],
        "salt20": list("010110"),
    }
    rows = wide_rows(salt, ["ID", *facts, *(f"SALT_W{w}" for w in weeks)], facts)
    cases.add(
        "derived_and_other_scores.csv",
        text(rows).encode(),
        "responder flags, percent change and DLQI beside SALT",
        **account(
            salt, quiet=True, unused=["SALT75_W36", "% change W36", "salt20"], problems=[{"level": "warning", "column": "SALT75_W36"}]
        ),
    )
    blank = text(wide_rows(salt, ["", *(f"SALT_W{w}" for w in weeks)])).encode()
    cases.add("index_column_without_name.csv", blank, "pandas' index column", **account(salt, quiet=True))
    bare = {f"row {i}": c for i, c in enumerate(salt.values(), 2)}
    rows = [r[1:] for r in wide_rows(salt, ["ID", *(f"SALT_W{w}" for w in weeks)])]
    cases.add("no_codes.csv", text(rows).encode(), "no column of codes", **account(bare, problems=[{"level": "note"}], quiet=True))
    single = {c: {0: v[0]} for c, v in salt.items()}
    cases.add("one_visit.csv", text(wide_rows(single, ["ID", "SALT"])).encode(), "baseline only", **account(single, quiet=True))


def _surroundings(cases: Cases) -> None:
    salt = courses(codes(7), [0, 8, 16, 24], 7)
    head = ["ID", "Sex", "W0", "W8", "W16", "W24"]
    rows = wide_rows(salt, head, {"Sex": list("FMFMFFM")})
    titled = [
        ["Baricitinib cohort, dermatology outpatients", "", "", "", "", ""],
        ["exported 2026-03-01", "", "", "", "", ""],
        [""] * 6,
        *rows,
    ]
    cases.add("title_rows.csv", text(titled).encode(), "two title rows and an empty one above the header", **account(salt, quiet=True))
    footed = [
        *rows,
        ["Mean", "", "70.1", "55", "40", "33"],
        ["SD", "", "18", "20", "22", "23"],
        ["n=7"],
        [""],
        ["* SALT by one of two raters"],
        ["Source: clinic database"],
    ]
    cases.add(
        "totals_and_footnotes.csv",
        text(footed).encode(),
        "mean, SD and footnotes under the table",
        **account(salt, quiet=True, problems=[{"level": "warning", "rows": [9, 10, 11]}]),
    )
    korean = [*rows, ["평균", "", "70", "55", "40", "33"], ["합계", "", "490", "385", "280", "231"]]
    cases.add("korean_totals.csv", text(korean).encode(), "Korean mean and total rows", **account(salt, quiet=True))
    two = [["ID", "Sex", "SALT", "", "", ""], ["", "", "Baseline", "W8", "W16", "W24"], *rows[1:]]
    cases.add("two_header_rows.csv", text(two).encode(), "a group name above the visits", **account(salt, quiet=True))
    cases.add(
        "two_header_rows_numbers.csv",
        text([["ID", "Sex", "SALT by week", "", "", ""], ["", "", "0", "8", "16", "24"], *rows[1:]]).encode(),
        "a group name above bare weeks",
        **account(salt, quiet=True),
    )
    labels = [
        rows[0],
        ["Patient identifier", "Sex at birth", "SALT (0-100)", "SALT (0-100)", "SALT (0-100)", "SALT (0-100)"],
        *rows[1:],
    ]
    cases.add("label_row.csv", text(labels).encode(), "a row of descriptions under the header", **account(salt, quiet=True))
    repeated = [*rows[:4], rows[0], *rows[4:]]
    cases.add(
        "header_again.csv",
        text(repeated).encode(),
        "the header repeated in the middle, as printed pages have it",
        **account(salt, quiet=True, problems=[{"level": "warning", "rows": [5]}]),
    )
    slipped = [r if i != 3 else [*r[:3], "", *r[3:]] for i, r in enumerate(rows)]
    without = {c: v for i, (c, v) in enumerate(salt.items()) if i != 2}
    cases.add(
        "slipped_row.csv",
        text(slipped).encode(),
        "one row has a cell too many",
        **account(without, problems=[{"level": "error", "rows": [4]}]),
    )
    cases.add(
        "blank_lines.csv", text(rows).replace("\n", "\n\n").encode(), "an empty line between any two", **account(salt, quiet=True)
    )
