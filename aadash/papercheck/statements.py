"""Tests and intervals in running text: statistic, df, p and interval against each other and against the design."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from aadash.errors import NotComputable
from aadash.formatting import listing, p_value
from aadash.papercheck.cells import clean
from aadash.papercheck.finding import Tally
from aadash.papercheck.paper import Design, Item, Paper
from aadash.stats.printed import Printed
from aadash.stats.reported_tests import SLACK, Range, mixed_design_df, p_of_statistic

STATISTIC, DESIGN, ESTIMATE = "p against its statistic and df", "df against the design", "Estimate inside its interval"
INTERVAL_P = "Interval against p"
_NUM = r"[-+]?\d{0,9}\.?\d{1,9}"
_TEST = re.compile(
    rf"(?<![A-Za-z])(F|t|z|r|χ2|χ|chi2|chi-?square[d]?)\s?(?:\(\s?(\d{{1,7}}(?:\.\d{{1,4}})?)\s?(?:,\s?(\d{{1,7}}(?:\.\d{{1,4}})?))?"
    rf"(?:,\s?[nN]\s?=\s?\d{{1,7}})?\s?\))?\s?=\s?({_NUM})(?:[^.;()]{{0,40}}?\b[pP](?:[- ]?value)?\s?([<>=])\s?(\d?\.\d{{1,9}}))?"
)
_UNIT = r"(?:%(?!\s?p))?\s?(?:(?:percentage |% ?)?(?:points?|weeks?|months?)\s?)?"
#: What stands beside a number and is no estimate of its own: "n = 58", "(SD 26.8", "p = 0.03", "t(48) = −14.1", "week 24".
_NAMED = r"(?<![A-Za-z])(?:[nNptFz]|SD|SE|SEM|s\.d\.|df|χ2|chi2)\s?(?:\([^()]{0,20}\)\s?)?[=<>]?\s?"
_VISIT = r"(?i:\b(?:weeks?|wks?|months?|days?|visits?|years?)\s?)"
_ASIDE = (
    rf"(?:\)?\s?[\[(,;]?\s?{_NAMED}{_NUM}|\s?(?:±|\+/-)\s?{_NUM}"
    rf"|\)?,?\s?(?:at|by|in|after|until|to)\s(?:{_VISIT}\d{{1,3}}|\d{{1,3}}\s(?:weeks?|months?|days?|years?)))"
)
_NO_ESTIMATE = re.compile(rf"(?:{_NAMED}|{_VISIT}|±\s?|\+/-\s?|\d\s?(?:/|of|out of|of the)\s?)$")
#: "at 24 weeks (95 % CI …": a time, where "a median of 36 weeks (95 % CI …" is an estimate.
_AT = re.compile(r"\b(?:at|by|in|after|until|over|through)\s$")
_TIME = re.compile(r"^\s?(?:weeks?|months?|days?|years?)\b")
_ESTIMATE = re.compile(
    rf"(?<![\d.])({_NUM})\s?{_UNIT}{_ASIDE}{{0,3}}\s?[\[(,;]\s?"
    rf"(\d\d(?:\.\d)?)\s?%\s?(?:CI|confidence intervals?)\s?[,:]?\s?\(?({_NUM})\s?%?"
    rf"\s?(?:to|,|;|–|—|-)\s?({_NUM})"
    r"(?:[^.]{0,30}?\b[pP](?:[- ]?value)?\s?([<>=])\s?(\d?\.\d{1,9}))?"
)
#: "20 of 39 patients (51.3 %)", "7/39 (17.9%)" and, the other way round, "51.3 % (20/39)".
_OF = r"(\d{1,6})\s?(?:/|of the|of|out of)\s?(\d{1,6})"
_PERCENT = r"(\d{1,3}(?:\.\d{1,4})?)\s?%"
_SHARES = (
    re.compile(rf"(?<![\d./]){_OF}(?![\d./])(?:\s[^\W\d]{{1,30}}){{0,4}}\s?[(\[,;]\s?{_PERCENT}(?!\s?(?:CI|confidence))"),
    re.compile(rf"(?<![\d./])(?P<percent>\d{{1,3}}(?:\.\d{{1,4}})?)\s?%\s?[(\[]\s?{_OF}(?![\d./])"),
)
_ANOVA = re.compile(r"(?i)repeated[- ]measures|anova|analysis of variance|분산분석|分散分析")
_RATIO = re.compile(r"(?i)\b(OR|HR|RR|aOR|odds|hazard|ratio|risk ratio)\b")
#: Rows that a model with a few terms takes away.
_FEW = 12


@dataclass(frozen=True)
class Statement:
    """A test in a text: "F(1, 697) = 36.884, p < 0.001"."""

    kind: str
    df: tuple[float, ...]
    value: Printed
    p: tuple[str, Printed] | None
    text: str


def statements(text: str) -> Iterator[Statement]:
    """The tests that ``text`` reports."""
    for found in _TEST.finditer(text):
        name, df1, df2, value, sign, p = found.groups()
        kind = "chi2" if name[0] in "χc" else name
        printed, p_printed = Printed.of(value), Printed.of(p) if p else None
        if printed is None:
            continue
        df = tuple(float(d) for d in (df1, df2) if d)
        yield Statement(kind, df, printed, (sign, p_printed) if p_printed is not None else None, " ".join(found[0].split()))


def _whole(found: str) -> str:
    """What was found in a text, its bracket closed."""
    return " ".join(found.split()) + ")" * (found.count("(") - found.count(")"))


def shares(text: str) -> list[Item]:
    """The percentages of a text that stand beside a count and its n, each once."""
    found = {}
    for pattern in _SHARES:
        for one in pattern.finditer(clean(text)):
            count, n, percent = one.groups() if "percent" not in one.groupdict() else (one[2], one[3], one["percent"])
            share = Item(_whole(one[0]), "Text", n=int(n), own_n=True, count=int(count), percent=Printed.of(percent))
            found[count, n, percent] = share
    return list(found.values())


def agrees(p: tuple[str, Printed], computed: Range) -> bool:
    """Whether a printed p can be one of a computed range."""
    sign, value = p
    low, high = computed[0] * (1 - SLACK), computed[1] * (1 + SLACK)
    if sign == "<":
        return low < float(value.value)
    if sign == ">":
        return high > float(value.value)
    return low <= float(value.either.high) and high >= float(value.either.low)


def check_statements(paper: Paper, tally: Tally) -> None:
    """Every test and interval in the results and the abstract."""
    text = clean(f"{paper.results}\n{paper.abstract}")
    by_df: dict[tuple[str, tuple[float, ...]], list[Statement]] = {}
    for one in {s.text: s for s in statements(text)}.values():
        _against_p(one, tally)
        by_df.setdefault((one.kind, one.df), []).append(one)
    for same in by_df.values():
        _against_design(same, paper.design, bool(_ANOVA.search(text)), tally)
    _intervals(text, tally)


def _against_p(s: Statement, tally: Tally) -> None:
    try:
        computed = p_of_statistic(s.kind, s.value, s.df)
    except NotComputable:
        return tally.undecidable("A statistic without its df")
    if s.p is None:
        return tally.undecidable("A statistic without p")
    if agrees(s.p, computed.two_sided):
        return tally.ok(STATISTIC)
    mean = sum(computed.two_sided) / 2
    if computed.one_sided is not None and agrees(s.p, computed.one_sided):
        return tally.doubt(
            STATISTIC,
            "open",
            s.text,
            f"The p-value is that of a one-sided test; of a two-sided one {p_value(mean, prefix=True)}.",
            "A one-sided test would explain it, and a word in the text would say so.",
        )
    return tally.doubt(
        STATISTIC,
        "likely",
        s.text,
        f"The statistic and its df give {p_value(mean, prefix=True)}.",
        "A corrected p-value beside uncorrected df (Greenhouse–Geisser, Holm), df that are not printed, or a typing slip "
        "would explain it.",
    )


def _against_design(same: Sequence[Statement], design: Design, anova: bool, tally: Tally) -> None:
    """Tests with the same df against what the design leaves."""
    s, where = same[0], "; ".join(one.text for one in same)
    n, groups, visits = design.patients, max(len(design.groups), 1), design.visits
    if not s.df or n < 3:
        return None
    if s.kind == "t":
        if s.df[0] <= n - 1:
            return tally.ok(DESIGN, len(same))
        return tally.doubt(
            DESIGN,
            "likely",
            where,
            f"{s.df[0]:g} degrees of freedom are more than {n} patients leave ({n - 1} for a paired test, {n - 2} between "
            "two groups).",
            _rows(s.df[0], n, visits),
            len(same),
        )
    if s.kind != "F" or not visits:
        return None
    full = mixed_design_df(n, groups, visits)
    if any(_can_be(s.df, a, e) for a, e in full.values()):
        return tally.ok(DESIGN, len(same))
    leaves = listing(list(dict.fromkeys(f"({a}, {e})" for a, e in full.values())))
    who = f"{n} patients" + (f" in {groups} groups" if groups > 1 else "") + f" at {visits} visits"
    return tally.doubt(
        DESIGN,
        "certain" if anova else "likely",
        where,
        f"An analysis of variance of {who} leaves {leaves}; {s.df[1]:g} is not among them, even with fewer patients or a correction.",
        _rows(s.df[1], n, visits),
        len(same),
    )


def _can_be(df: tuple[float, ...], a: int, error: int) -> bool:
    """Whether printed df are those of an effect: as they are, with fewer patients, or times ε: the ratio tells."""
    return len(df) == 2 and df[0] <= a + 0.01 and df[1] <= error + 0.01 and df[1] / df[0] <= 1.02 * error / a


def _rows(df: float, n: int, visits: int) -> str:
    rows = n * visits
    if visits > 1 and 0 < rows - df <= _FEW:
        return (
            f"{df:g} is {rows} − {rows - df:g}, what {n} × {visits} patient-visits leave when they are taken as "
            "independent, so a regression on rows "
            "would explain it; F is then too large and p too small."
        )
    return "A mixed model with df of another kind, more rows than patients, or patients counted otherwise would explain it."


def _intervals(text: str, tally: Tally) -> None:
    for found in _ESTIMATE.finditer(text):
        estimate, low, high = (Printed.of(found[i]) for i in (1, 3, 4))
        before, after = text[max(found.start() - 40, 0) : found.start()], text[found.end(1) : found.end(1) + 10]
        if (
            estimate is None
            or low is None
            or high is None
            or _NO_ESTIMATE.search(before)
            or (_AT.search(before) and _TIME.match(after))
        ):
            continue
        where = _whole(found[0])
        if low.either.low <= estimate.either.high and estimate.either.low <= high.either.high and low.value <= high.value:
            tally.ok(ESTIMATE)
        else:
            tally.doubt(
                ESTIMATE,
                "certain",
                where,
                f"The estimate {estimate.text} lies outside its interval {low.text} to {high.text}.",
                "Two numbers in the wrong order, a sign that was lost, or an interval of another estimate would explain it.",
            )
            continue
        p = Printed.of(found[6]) if found[6] else None
        if p is not None and found[2] == "95":
            ratio = bool(_RATIO.search(text[max(found.start() - 60, 0) : found.start()]))
            _interval_p(where, low, high, found[5], p, Fraction(1 if ratio else 0), tally)


def _interval_p(where: str, low: Printed, high: Printed, sign: str, p: Printed, null: Fraction, tally: Tally) -> None:
    """Whether a 95 % interval and p agree about the null value."""
    outside = low.either.low > null or high.either.high < null
    inside = low.either.high < null < high.either.low
    level = Fraction(1, 20)
    significant = sign != ">" and (p.value if sign == "<" else p.either.high) <= level
    not_so = p.either.low > level or (sign == ">" and p.value >= level)
    if (outside and not_so) or (inside and significant):
        tally.doubt(
            INTERVAL_P,
            "likely",
            where,
            f"The interval {'leaves out' if outside else 'holds'} {null}, but p {sign} {p.text} says the opposite.",
            "An interval and a p-value of different methods, or an adjusted p, would explain it.",
        )
    elif outside or inside:
        tally.ok(INTERVAL_P)
