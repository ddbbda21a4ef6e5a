"""Tables made from data and then rounded, in the ways that people round: nothing in them is inconsistent."""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
from scipy import stats

from aadash.papercheck.paper import Design, Paper, Response
from aadash.papercheck.paste import paper_of_text
from aadash.stats.printed import Printed

ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)
WORDS = (
    {"all": "All", "n": "n (%)", "mean": "mean ± SD", "sex": "Sex", "age": "Age (years)", "p": "p-value"},
    {"all": "전체", "n": "명(%)", "mean": "평균±표준편차", "sex": "성별", "age": "나이 (세)", "p": "p값"},
    {"all": "全体", "n": "例数(%)", "mean": "平均±標準偏差", "sex": "性別", "age": "年齢(歳)", "p": "p値"},
)


def root(x: Fraction) -> Fraction:
    """A square root to thirty places; exact where it is rational."""
    scale = 10**30
    return Fraction(math.isqrt(x.numerator * x.denominator * scale * scale), x.denominator * scale)


class Maker:
    """Makes one paper from a seed: its text as pasted, and the same as a value with tests, responders and abstract."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.rounding = ROUNDINGS[seed % 3]
        self.words = WORDS[(seed // 3) % 3]
        self.decimals = int(self.rng.integers(0, 3))
        self.n = int(self.rng.choice([10, 19, 44, 117, 253, 700]))
        first = int(self.rng.integers(4, self.n - 3))
        self.group = np.arange(self.n) < first
        self.split = bool(self.rng.integers(0, 2))

    def printed(self, x: float | Fraction, decimals: int) -> str:
        exact = Decimal(x.numerator) / Decimal(x.denominator) if isinstance(x, Fraction) else Decimal(float(x))
        return str(exact.quantize(Decimal(1).scaleb(-decimals), self.rounding))

    def columns(self) -> list[np.ndarray]:
        return [np.ones(self.n, bool), self.group, ~self.group] if self.split else [np.ones(self.n, bool)]

    def share(self, yes: np.ndarray, who: np.ndarray, known: np.ndarray | None = None) -> str:
        seen = who if known is None else who & known
        k, n = int((yes & seen).sum()), int(seen.sum())
        if n == 0:
            return "–"
        percent = self.printed(Fraction(100 * k, n), self.decimals)
        return f"{k} ({percent})" if known is None else f"{k}/{n} ({percent}%)"

    def measure(self, x: np.ndarray, who: np.ndarray, decimals: int, extremes: bool, whole: bool) -> str:
        v = x[who]
        mean, sd = float(v.mean()), float(v.std(ddof=1))
        if whole:  # exactly, since floating point would cut 45.4 off to 45.39
            numbers = [int(a) for a in v]
            mean = Fraction(sum(numbers), len(numbers))
            sd = root(sum(((a - mean) ** 2 for a in numbers), Fraction(0)) / (len(numbers) - 1))
        ends = f" ({v.min():g}–{v.max():g})" if whole else f" ({self.printed(v.min(), 1)}–{self.printed(v.max(), 1)})"
        return f"{self.printed(mean, decimals)} ± {self.printed(sd, decimals)}" + (ends if extremes else "")

    def text(self) -> str:
        """A Table 1 with tabs."""
        r, n, w = self.rng, self.n, self.words
        columns = self.columns()
        names = [w["all"], "Group A", "Group B"]
        heads = [f"{name} (n = {int(c.sum())})" for name, c in zip(names, columns, strict=False)]
        lines = ["\t".join(["Table 1"]), "\t".join([w["n"] + " / " + w["mean"], *heads, *([w["p"]] if self.split else [])])]

        def row(label: str, cells: list[str], p: str = "") -> None:
            lines.append("\t".join([label, *cells, *([p] if self.split else [])]))

        female = r.random(n) < 0.55
        lines.append(w["sex"])
        row("female", [self.share(female, c) for c in columns], self.p_of_counts(female))
        row("male", [self.share(~female, c) for c in columns])
        kind = r.integers(0, 4, n)
        lines.append("AA subtype")
        for i, name in enumerate(("patchy", "ophiasis", "totalis", "universalis")):
            row(name, [self.share(kind == i, c) for c in columns])
        known = r.random(n) < 0.8
        lines.append("Comorbidities")
        atopic, thyroid = r.random(n) < 0.3, r.random(n) < 0.05
        row("Atopic dermatitis", [self.share(atopic, c, known) for c in columns])
        row("Thyroid disease", [self.share(thyroid, c) for c in columns])
        lines.append("Measures")
        age = r.integers(18, 70, n).astype(float)
        row(w["age"] + ", " + w["mean"], [self.measure(age, c, self.decimals, True, True) for c in columns], self.p_of_means(age))
        years = np.round(r.lognormal(3, 1, n), 1) + 1
        row(f"Duration, {w['mean']}", [self.measure(years, c, 2, True, False) for c in columns])
        salt = np.clip(r.normal(80, 30, n), 0, 100)
        row(f"SALT, {w['mean']}", [self.measure(salt, c, 1, False, False) for c in columns], self.p_of_means(salt))
        dlqi = r.integers(0, 31, n).astype(float)
        row(f"DLQI, {w['mean']}", [self.measure(dlqi, c, 1, True, True) for c in columns])
        return "\n".join(lines)

    def p_of_means(self, x: np.ndarray) -> str:
        p = stats.ttest_ind(x[self.group], x[~self.group], equal_var=False).pvalue
        return "<0.001" if p < 0.001 else self.printed(p, 3)

    def p_of_counts(self, yes: np.ndarray) -> str:
        p = stats.fisher_exact([[int((yes & g).sum()), int((~yes & g).sum())] for g in (self.group, ~self.group)]).pvalue
        return "<0.001" if p < 0.001 else self.printed(p, 3)

    def paper(self) -> Paper:
        """The pasted table with a course of treatment, tests and an abstract that tell the truth about the same data."""
        text = self.text()
        base = self.rng.uniform(20, 100, self.n)
        pull = self.rng.beta(0.8, 0.6, self.n)
        visits, groups = (8, 16, 36), (("Group A", self.group), ("Group B", ~self.group))
        responses, changes = [], {}
        for v, share in zip(visits, (0.3, 0.6, 1.0), strict=True):
            improvement = np.where(pull > 0.95, 1.0, pull) * share * 100 - self.rng.uniform(0, 5, self.n) * (pull < 0.5)
            change = -improvement
            for name, g in groups:
                counts = tuple((t, int((improvement[g] >= t).sum())) for t in (50, 75, 90, 100))
                printed = Printed.of(self.printed(float(change[g].mean()), 2))
                responses.append(Response(name, v, int(g.sum()), counts, printed))
                changes[name] = change[g]
        a, b = changes["Group A"], changes["Group B"]
        test = stats.ttest_ind(a, b, equal_var=False)
        ci = test.confidence_interval(0.95)
        low, high = (Printed.of(self.printed(float(x), 2)) for x in ci)
        assert low is not None and high is not None
        p = "p<0.001" if test.pvalue < 0.001 else f"p={self.printed(test.pvalue, 3)}"
        f = stats.f_oneway(a, b)
        p_f = "p<0.001" if f.pvalue < 0.001 else f"p={self.printed(f.pvalue, 3)}"
        student = stats.ttest_ind(base[self.group], base[~self.group])
        p_s = "p<0.001" if student.pvalue < 0.001 else f"p={self.printed(student.pvalue, 3)}"
        results = (
            f"Difference {self.printed(float(a.mean() - b.mean()), 2)} (95% CI {low.text} to {high.text}), {p}. ANOVA: "
            f"F(1, {self.n - 2})="
            f"{self.printed(float(f.statistic), 3)}, {p_f}. Baseline: "
            f"t({self.n - 2})={self.printed(float(student.statistic), 2)}, {p_s}."
        )
        k = responses[-1].counts[1][1]
        percent = Fraction(100 * k, responses[-1].n)
        results += f" SALT75 {self.printed(percent, 2)}%."
        last = tuple(r if r.week == 36 else Response(r.group, r.week, r.n, r.counts) for r in responses)
        tables = paper_of_text(text, step=None)
        return Paper(
            "Made",
            items=tables.items,
            responses=last,
            interval=(low, high),
            design=Design(self.n, tuple((name, int(g.sum())) for name, g in groups), 4),
            results=results,
            abstract=f"SALT75 was {self.printed(percent, 1)}%.",
            left_out=tables.left_out,
        )
