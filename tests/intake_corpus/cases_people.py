"""Regions of the scalp, baseline facts, and columns that identify a person."""

from __future__ import annotations

from tests.intake_corpus.truth import Cases, account, codes, courses, text, wide_rows

HEAD = ["ID", "SALT_W0", "SALT_W12", "SALT_W24"]


def add(cases: Cases) -> None:
    """All cases about regions, facts and persons."""
    _regions(cases)
    _facts(cases)
    _privacy(cases)


def _regions(cases: Cases) -> None:
    parts = {"A1": (100, 80, 60, 60), "A2": (50, 40, 30, 20), "A3": (90, 100, 100, 100), "A4": (10, 20, 0, 5)}
    after = {"A1": (50, 40, 30, 30), "A2": (5, 0, 10, 0), "A3": (90, 100, 90, 100), "A4": (0, 0, 0, 0)}

    def total(p: tuple[int, int, int, int]) -> float:
        return round(0.40 * p[0] + 0.24 * p[1] + 0.18 * p[2] + 0.18 * p[3], 6)

    salt = {c: {0: total(parts[c]), 12: total(after[c])} for c in parts}
    names = ("Top", "Back", "Left", "Right")
    head = ["ID", *(f"{n} W{w}" for w in (0, 12) for n in names)]
    rows = [head, *([c, *map(str, parts[c]), *map(str, after[c])] for c in parts)]
    cases.add(
        "regions_wide.csv",
        text(rows).encode(),
        "four regions at two visits, no total",
        **account(salt, quiet=True, columns={"salt_top_w0": "Top W0", "salt_right_w12": "Right W12"}),
    )
    long = [["patient", "week", "top", "back", "left", "right", "SALT total"]]
    for c in parts:
        long += [[c, "0", *map(str, parts[c]), f"{salt[c][0]:g}"], [c, "12", *map(str, after[c]), f"{salt[c][12]:g}"]]
    long[4][6] = "60"
    given = {c: dict(v) for c, v in salt.items()}
    given["A2"][12] = 60.0
    cases.add(
        "regions_long_with_total.csv",
        text(long).encode(),
        "regions and a total, one total wrong; the total stands",
        **account(given, quiet=True, problems=[{"level": "warning", "column": "SALT total", "rows": [5]}]),
    )


def _facts(cases: Cases) -> None:
    salt = courses(codes(8), [0, 12, 24], 41)
    facts = {
        "Age": ["31", "44 y", "27", "58", "36", "41", "?", "29"],
        "Age at onset": ["20", "50", "11", "30", "30", "22", "19", "28"],
        "Disease duration": ["11", "2", "16", "18 months", "6", "19", "7", "1"],
        "AA type": ["AT", "AU", "patchy", "OA", "Patchy ", "alopecia universalis", "multilocularis", "AT"],
        "AD": list("10010010"),
        "IVMP": ["yes", "no", "no", "yes", "no", "no", "no", "yes"],
        "Smoker": ["Y", "N", "", "N/A", "Y", "N", "N", "Y"],
        "Centre": ["01", "02", "01", "03", "01", "02", "02", "01"],
    }
    rows = wide_rows(salt, ["ID", *facts, *HEAD[1:]], facts)
    cases.add(
        "facts.csv",
        text(rows).encode(),
        "ages, subtypes, yes and no, codes with leading zeros",
        **account(
            salt,
            quiet=True,
            columns={
                "age": "Age",
                "age_at_onset": "Age at onset",
                "duration": "Disease duration",
                "subtype": "AA type",
                "atopic_dermatitis": "AD",
                "ivmp": "IVMP",
                "centre": "Centre",
            },
            facts={
                "Age": {"P001": 31, "P002": 44, "P007": None},
                "AD": {"P001": 1, "P002": 0},
                "IVMP": {"P001": "yes"},
                "Centre": {"P001": "01"},
                "Smoker": {"P003": None, "P004": None, "P001": "Y"},
                "Disease duration": {"P004": None, "P001": 11},
            },
            problems=[
                {"level": "warning", "column": "Disease duration", "rows": [5]},
                {"level": "warning", "column": "Age at onset", "rows": [3]},
                {"level": "warning", "column": "AA type"},
            ],
        ),
    )
    formula = {"Note code": ["=1+1", "+82", "@x", "-a", "'q", "x", "y", "z"]}
    cases.add(
        "formulas_as_text.csv",
        text(wide_rows(salt, ["ID", *formula, *HEAD[1:]], formula)).encode(),
        "text that a spreadsheet takes for a formula",
        **account(salt, quiet=True, facts={"Note code": {"P001": "=1+1", "P005": "'q"}}),
    )
    sex = {"Sex": ["M", "male", "F", "Female", "남", "여", "m", "f"], "synthetic": ["synthetic"] * 8}
    cases.add(
        "sex_in_many_spellings.csv",
        text(wide_rows(salt, ["ID", *sex, *HEAD[1:]], sex)).encode(),
        "one column, three languages; marked synthetic",
        **account(salt, quiet=True, synthetic=True, problems=[{"level": "warning", "column": "Sex"}]),
    )
    severe = {"AA subtype": ["totalis", "patchy", "universalis", "patchy", "patchy", "patchy", "patchy", "patchy"]}
    salt["P001"][0], salt["P003"][0] = 20.0, 100.0
    cases.add(
        "totalis_with_hair.csv",
        text(wide_rows(salt, ["ID", *severe, *HEAD[1:]], severe)).encode(),
        "totalis with a baseline of 20",
        **account(salt, quiet=True, problems=[{"level": "warning", "column": "AA subtype", "rows": [2]}]),
    )


def _privacy(cases: Cases) -> None:
    salt = courses(codes(5, "K"), [0, 12, 24], 51)
    facts = {
        "성명": ["김민서", "이서준", "박지우", "최하은", "정도윤"],
        "주민등록번호": ["900101-2345678", "851212-1234567", "010203-4123456", "770707-1999999", "650505-2000001"],
        "전화번호": ["010-1234-5678", "010-2345-6789", "010-3456-7890", "011-456-7891", "010-5678-9012"],
        "생년월일": ["1990-01-01", "1985-12-12", "2001-02-03", "1977-07-07", "1965-05-05"],
        "차트번호": ["10023451", "10023452", "10023453", "10023454", "10023455"],
        "성별": ["여", "남", "여", "여", "남"],
    }
    rows = wide_rows(salt, ["연구번호", *facts, "SALT 0주", "SALT 12주", "SALT 24주"], facts)
    secret = [v for k in facts if k != "성별" for v in facts[k]]
    cases.add(
        "privacy_korean.csv",
        text(rows).encode("cp949"),
        "name, resident number, phone, birth date, chart number",
        **account(salt, quiet=True, absent=secret, problems=[{"level": "warning", "column": c} for c in facts if c != "성별"]),
    )
    facts = {
        "氏名": ["佐藤 花子", "鈴木 一郎", "高橋 美咲", "田中 健太", "伊藤 さくら"],
        "カルテ番号": ["0045123", "0045124", "0045125", "0045126", "0045127"],
        "携帯": ["090-1234-5678", "080-2345-6789", "070-3456-7890", "090-4567-8901", "090-5678-9012"],
        "住所": ["仙台市青葉区1-1", "盛岡市2-2", "山形市3-3", "福島市4-4", "秋田市5-5"],
        "番号": [
            _my_number("12345678901"),
            _my_number("98765432109"),
            _my_number("11223344556"),
            _my_number("55667788990"),
            _my_number("10101010101"),
        ],
    }
    rows = wide_rows(salt, ["症例番号", *facts, "投与前", "12週", "24週"], facts)
    cases.add(
        "privacy_japanese.csv",
        text(rows).encode("cp932"),
        "name, chart number, phone, address, individual number",
        **account(
            salt,
            quiet=True,
            absent=[v for c in facts.values() for v in c],
            problems=[{"level": "warning", "column": c} for c in facts],
        ),
    )
    facts = {
        "Patient name": ["Kim, Minseo", "Lee, Seojun", "Park, Jiwoo", "Choi, Haeun", "Jung, Doyun"],
        "E-mail": [f"p{i}@example.org" for i in range(5)],
        "MRN": ["4471120", "4471121", "4471122", "4471123", "4471124"],
        "DOB": ["01/02/1990", "03/04/1985", "05/06/2001", "07/08/1977", "09/10/1965"],
        "Contact": ["+82 10 1234 5678", "+82 10 2234 5678", "", "+82 10 4234 5678", "+82 10 5234 5678"],
        "Comment": ["", "call mother at 010-9999-8888 before visit", "", "", ""],
    }
    rows = wide_rows(salt, ["Study ID", *facts, *HEAD[1:]], facts)
    cases.add(
        "privacy_english.csv",
        text(rows).encode(),
        "name, e-mail, record number, birth date, phone, a phone number in a comment",
        **account(
            salt,
            quiet=True,
            absent=[v for c in facts.values() for v in c if v] + ["010-9999-8888"],
            problems=[{"level": "warning", "column": c} for c in ("Patient name", "E-mail", "MRN", "DOB", "Contact")],
        ),
    )
    named = {f"P0{i}": v for i, v in enumerate(salt.values(), 1)}
    rows = wide_rows(dict(zip(facts["MRN"], salt.values(), strict=True)), ["MRN", *HEAD[1:]])
    cases.add(
        "record_number_is_the_code.csv",
        text(rows).encode(),
        "the record number is the only code: it is replaced",
        **account(named, quiet=True, absent=facts["MRN"], problems=[{"level": "warning", "column": "MRN"}]),
    )


def _my_number(first: str) -> str:
    """A number with the right check digit (it belongs to nobody in particular)."""
    weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
    rest = sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11
    return first + str(0 if rest <= 1 else 11 - rest)
