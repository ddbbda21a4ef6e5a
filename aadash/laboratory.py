"""Laboratory tests that are watched under a JAK inhibitor: how files name them, in which unit they are, what counts as normal."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Unit:
    """A unit in which a test is reported: ``typical`` adult value, by which it is told from other units, and the default limits of
    normal as (low, high) for women and for men; None where a test has no limit on that side."""

    name: str
    typical: float
    women: tuple[float | None, float | None]
    men: tuple[float | None, float | None]

    @property
    def unknown(self) -> tuple[float | None, float | None]:
        """Limits where the sex is not recorded: the wider of the two."""
        low = [v for v in (self.women[0], self.men[0]) if v is not None]
        high = [v for v in (self.women[1], self.men[1]) if v is not None]
        return (min(low) if low else None, max(high) if high else None)


@dataclass(frozen=True)
class LabTest:
    """A laboratory test: ``name`` as printed, ``units``, and the pattern that its names match in full."""

    name: str
    units: tuple[Unit, ...]
    pattern: re.Pattern[str]

    def unit_of(self, values: np.ndarray) -> Unit:
        """The unit whose typical value is nearest to the median of these (on a scale of ratios); the first for none."""
        seen = values[(values > 0) & ~np.isnan(values)]
        if not len(seen):
            return self.units[0]
        middle = float(np.median(seen))
        return min(self.units, key=lambda u: abs(np.log(middle / u.typical)))


def _both(low: float | None, high: float | None) -> tuple[tuple[float | None, float | None], tuple[float | None, float | None]]:
    return (low, high), (low, high)


#: What may follow or go before a test's name: units, "serum", "count".
_AROUND = (
    r"(?:g|d|l|dl|mg|u|iu|ui|ul|µl|μl|mcl|mm\^?[3³]|㎕|㎣|mmol|umol|µmol|μmol|mol|k|x|cells?|x?10(?:\^?e?\s?[3469]|[³⁴⁶⁹])?|[3469]"
    r"|[³⁴⁶⁹]|[천만千万]|%)"
)


#: Heads of groups of columns that stand before the names of tests: "血液検査 血小板数", "Labs AST".
_GROUP = (
    r"(?:labs?|laborator(?:y|ies)(?: (?:tests?|values?|data|findings?|results?))?"
    r"|blood (?:tests?|work|counts?)|ha?ematology|(?:bio)?chemistry"
    r"|cbc|lfts?|liver (?:function|enzymes?)|lipids?(?: profile)?|renal function"
    r"|safety labs?|labor(?:werte)?|blutbild|laboratorio|bilan"
    r"|(?:혈액|임상|일반|간기능|생화학)?\s?검사(?:\s?(?:결과|소견|수치))?|혈액|血液(?:検査|データ)?|臨床検査|検査(?:値|所見|結果)?|採血|生化学(?:検査)?|血算)"
)


def _test(name: str, names: str, *units: Unit) -> LabTest:
    before, after = rf"(?:{_GROUP}\s)*(?:(?:s|serum|blood|plasma|lab)\s)?", rf"(?:\s{_AROUND})*"
    counted = r"(?:\s?(?:수|数|치|値)|\s(?:count|level|abs(?:olute)?|ct))?"
    pattern = rf"{before}(?:{names}){counted}{after}"
    return LabTest(name, units, re.compile(pattern))


#: Default limits, for files that give none. Lipids: NCEP ATP III (2001, doi:10.1001/jama.285.19.2486). The others are common adult
# limits,
#: rounded; laboratories differ. In the order of print.
TESTS = (
    _test(
        "Hemoglobin",
        "hb|hgb|ha?emoglobin|혈색소|헤모글로빈|血色素|ヘモグロビン",
        Unit("g/dL", 14.0, (12.0, 16.0), (13.0, 18.0)),
        Unit("g/L", 140.0, (120.0, 160.0), (130.0, 180.0)),
    ),
    _test(
        "White cells",
        "wbc|wbcs|white (?:blood )?cells?|leu[ck]o[cz]yt(?:es?|en)|백혈구|白血球",
        Unit("10⁹/L", 6.5, *_both(4.0, 11.0)),
        Unit("/µL", 6500.0, *_both(4000.0, 11000.0)),
    ),
    _test(
        "Neutrophils",
        "anc|neut|neutrophils?|abs(?:olute)? neutrophils?|호중구|好中球",
        Unit("10⁹/L", 3.7, *_both(1.5, 8.0)),
        Unit("/µL", 3700.0, *_both(1500.0, 8000.0)),
        Unit("%", 57.0, *_both(40.0, 75.0)),
    ),
    _test(
        "Platelets",
        "plts?|plat|platelets?|thrombo[cz]yt(?:es?|en)|plaquett?[ea]s|piastrine|혈소판|血小板",
        Unit("10⁹/L", 250.0, *_both(150.0, 400.0)),
        Unit("/µL", 250_000.0, *_both(150_000.0, 400_000.0)),
        Unit("10⁴/µL", 25.0, *_both(15.0, 40.0)),
    ),
    _test(
        "AST",
        "ast|s?got|ast s?got|aspartate (?:amino)?transaminase|aspartate aminotransferase",
        Unit("U/L", 23.0, *_both(None, 40.0)),
    ),
    _test("ALT", "alt|s?gpt|alt s?gpt|alanine (?:amino)?transaminase|alanine aminotransferase", Unit("U/L", 22.0, *_both(None, 40.0))),
    _test(
        "CK",
        "ck|cpk|ck cpk|cpk ck|creatin(?:e|ine)? (?:phospho)?kinase|크레아틴\\s?키나[아제]*제|クレアチンキナーゼ",
        Unit("U/L", 110.0, (None, 192.0), (None, 308.0)),
    ),
    _test(
        "Creatinine",
        "crea?|s?cr|creat|creatinine|크레아티닌|クレアチニン",
        Unit("mg/dL", 0.8, (0.5, 1.1), (0.7, 1.3)),
        Unit("µmol/L", 70.0, (44.0, 97.0), (62.0, 115.0)),
    ),
    _test(
        "LDL cholesterol",
        "ldl(?: ?c| chol(?:esterol)?)?|ldl ?콜레스테롤|ldl ?コレステロール",
        Unit("mg/dL", 115.0, *_both(None, 130.0)),
        Unit("mmol/L", 3.0, *_both(None, 3.4)),
    ),
    _test(
        "HDL cholesterol",
        "hdl(?: ?c| chol(?:esterol)?)?|hdl ?콜레스테롤|hdl ?コレステロール",
        Unit("mg/dL", 55.0, *_both(40.0, None)),
        Unit("mmol/L", 1.4, *_both(1.0, None)),
    ),
    _test(
        "Total cholesterol",
        "(?:t|total)? ?chol(?:esterol)?|tc|총? ?콜레스테롤|総?コレステロール",
        Unit("mg/dL", 190.0, *_both(None, 200.0)),
        Unit("mmol/L", 4.9, *_both(None, 5.2)),
    ),
    _test(
        "Triglycerides",
        "tg|tgs|trig|triglycerides?|중성지방|트리글리세라이드|中性脂肪|トリグリセリド",
        Unit("mg/dL", 110.0, *_both(None, 150.0)),
        Unit("mmol/L", 1.2, *_both(None, 1.7)),
    ),
)
NAMES = {test.name: test for test in TESTS}
_LIMIT = {
    "low": r"lln|lower limit(?: of)?(?: normal| reference| the normal range)?|(?:normal|ref(?:erence)?)(?: range)? low(?:er)?(?: "
    r"limit)?"
    r"|(?:정상|참고치?)? ?하한치?|(?:正常|基準)?値?下限値?",
    "high": r"uln|upper limit(?: of)?(?: normal| reference| the normal range)?|(?:normal|ref(?:erence)?)(?: range)? "
    r"(?:high|upper)(?: limit)?"
    r"|(?:정상|참고치?)? ?상한치?|(?:正常|基準)?値?上限値?",
}
_LIMITS = {
    side: re.compile(rf"(.+?) ?(?:{pattern})(?:\s{_AROUND})*|(?:{pattern}) (?:of |for )?(.+)") for side, pattern in _LIMIT.items()
}


def _folded(text: str) -> str:
    return re.sub(r"[\s_\-.,:;/()\[\]*×]+", " ", text).strip().lower()


def lab_test(name: str) -> LabTest | None:
    """The test that a header or a cell names, its visit left out ("Hb (g/dL)", "GOT", "백혈구"); None for anything else."""
    text = _folded(name)
    return NAMES.get(name) or next((test for test in TESTS if test.pattern.fullmatch(text)), None)


def limit_of(header: str) -> tuple[LabTest, str] | None:
    """The test of whose normal range a column holds an end, and which: "low" or "high" ("AST ULN", "Hb 정상하한"); else None."""
    text = _folded(header)
    for side, pattern in _LIMITS.items():
        found = pattern.fullmatch(text)
        test = lab_test(found[1] or found[2]) if found is not None else None
        if test is not None:
            return test, side
    return None
