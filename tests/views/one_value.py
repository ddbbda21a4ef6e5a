"""Text, tile, table, chart and legend of one result come from one value: what contradicts the table, in words.

The table of a result is the one truth. What a chart draws, its text alternative, a sentence, a key number and a legend are read for
their numbers, and each has to stand in the table (as it is, as a percentage, or rounded as it is printed) or in the accounting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from aadash.charts import chart
from aadash.document import Answer, Figure, KeyNumber, KeyNumbers, Part, walk
from aadash.endpoints import ENDPOINTS
from aadash.errors import AadashError
from aadash.formatting import number
from aadash.measures import KNOWN
from aadash.result import Result
from tests.analyses.test_sentences import DERIVED, known, stated

PLAIN_NUMBER = re.compile(r"(?<![\w.])[−-]?\d+(?:\.\d+)?")
#: Columns of a chart's data that hold findings; the others are places on the picture.
FINDINGS = ("estimate", "low", "high", "rate", "ci_low", "ci_high", "k", "n", "risk", "shrunken", "shrunken_low", "shrunken_high")
#: Pictures whose data are not rows of the table, and why.
OTHER_DATA = {
    ("salt_over_time", "mean and spread"): "whiskers of one standard deviation are mean ± SD",
    ("salt_over_time", "spaghetti"): "lines are the patients' own values",
    ("severity_flow", "flow"): "bars and ribbons lie one on the other: their edges are sums of counts",
    ("participants", "flow"): "boxes and lines of a flow diagram",
    ("predictors", "forest"): "an arrow stands where an interval leaves the axis",
    ("published_rates", "differences"): "its marks are sized by the study",
}
#: Sentences with numbers of another kind.
OTHER_WORDS = {
    "published_rates": "years, doses and numbers of the published studies",
    "pooled_evidence": "years, doses and numbers of the published studies",
    "subgroups_response": "how many would be expected by chance: alpha times the number of tests",
    "subgroups_change": "how many would be expected by chance: alpha times the number of tests",
}
#: Key numbers that are made from several numbers of the table.
OTHER_TILES = {
    "Smallest p": "the name of the split beside it has its cut",
    "Smallest p, adjusted": "the name of the split beside it has its cut",
    "Ways to split the cohort": "how many columns the table holds, and how many of them can be tested",
    "Visits made": "the sum over all visits and its share",
    "Events per parameter": "events divided by parameters",
    "p ≤ 0.05": "how many would be expected by chance: alpha times the number of tests",
}
#: Text alternatives with numbers of another kind.
OTHER_ALT = {
    "subgroups_response": "cuts in the names of levels",
    "subgroups_change": "cuts in the names of levels",
    "published_rates": "years and numbers of the published studies",
    "predictors": "cut-points in the names of predictors",
    "pooled_evidence": "years and numbers of the published studies",
}


def values_of(result: Result) -> np.ndarray:
    """Every number of the table, also as a percentage, with the other sign, and as its complement."""
    found = [
        float(v)
        for c in result.table
        for v in result.table[c]
        if isinstance(v, (int, float, np.number)) and not isinstance(v, bool) and np.isfinite(float(v))
    ]
    a = result.accounting
    base = np.array([*found, a.enrolled, a.analysed, *(e.n for e in a.excluded), *result.labels.counts], dtype=float)
    return np.unique(np.concatenate([base, 100 * base, 1 - base, 100 - 100 * base]))


def drawn(part: Figure) -> list[str]:
    """What a chart draws and its table does not hold."""
    result = part.result
    try:
        made = chart(result, part.kind, **part.options)
    except AadashError:
        return []
    out, have = [], values_of(result)
    if (result.analysis, part.kind) not in OTHER_DATA:
        for name, frame in made.data.items():
            for column in (c for c in frame if c in FINDINGS):
                found = pd.to_numeric(frame[column], errors="coerce").dropna().to_numpy(dtype=float)
                found = found[np.isfinite(found)]
                start = [0.0] if name == "steps" else []  # a curve begins at nobody
                lost = [v for v in found if v not in start and not np.isclose(have, v, rtol=1e-9, atol=1e-9).any()]
                if lost:
                    out.append(f"{result.analysis} {part.kind}: {name}.{column} draws {lost[:5]}")
    if result.analysis not in OTHER_ALT:
        out += [f"{result.analysis} {part.kind}: the text alternative says {n}: {made.alt[:300]}" for n in said(result, made.alt)]
    return out


def said(result: Result, text: str, more: Sequence[Result] = ()) -> list[str]:
    """The numbers of a text that neither the table of ``result`` nor those of ``more`` hold."""
    have = set().union(*(known(r) for r in (result, *more)))
    have |= {str(n) for r in (result, *more) for n in r.labels.counts} | {str(w) for w in result.table["week"].dropna().astype(int)}
    names = [n for r in (result, *more) for n in (*r.labels.printed, *r.labels.shortened, r.labels.title)]
    names += [e.symbol for e in ENDPOINTS.values()] + [e.label for e in ENDPOINTS.values()]
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, " ")
    text = re.sub(r"[\d.]+ % CI|\d+–\d+|Group [AB] \(SALT [>≤] [\d.]+\)|SALT [<>≤≥] ?[\d.]+|SALT\d+", " ", text)
    text = re.sub(r"(\d+)/(\d+) \(([\d.]+) %\)", _checked, text)
    text = re.sub(r"^([\d.]+) % (\d+)/(\d+)", lambda m: _checked(re.match(r"(\S+) (\S+) (\S+)", f"{m[2]} {m[3]} {m[1]}")), text)  # type: ignore[arg-type]
    return [n for n in PLAIN_NUMBER.findall(text) if n not in have]


def _checked(found: re.Match[str]) -> str:
    k, n, percentage = found.groups()
    assert percentage == number(100 * int(k) / int(n)), found.group()
    return f"{k} of {n}"


def off_the_scale(item: KeyNumber) -> bool:
    """A tile that gives the mean of a measure which cannot have it: the name and the number are of two measures."""
    found = re.fullmatch(r"(?:Mean|Adjusted mean) (?:baseline )?(.+?)(?: at (?:baseline|week \d+))?", item.label)
    measure = KNOWN.get(found[1]) if found else None
    if measure is None or item.value == "–":
        return False
    return not measure.low <= float(item.value.replace("−", "-")) <= measure.high


def contradictions(parts: Sequence[Part], folds: bool = True) -> list[str]:
    """Everything on a page that its tables do not hold."""
    out: list[str] = []
    found = list(walk(parts, folds))
    results = {id(p.result): p.result for p in found if hasattr(p, "result") and isinstance(p.result, Result)}
    for part in found:
        if isinstance(part, Figure):
            out += drawn(part)
        elif isinstance(part, Answer) and part.result.analysis not in (*DERIVED, *OTHER_WORDS):
            have = known(part.result)
            out += [f"{part.result.analysis} says {n}: {part.result.sentence}" for n in stated(part.result) if n not in have]
        elif isinstance(part, KeyNumbers) and results:
            first, *rest = results.values()
            out += [f"the tile “{i.label}” says {i.value}, beyond the scale" for i in part.items if off_the_scale(i)]
            for item in (i for i in part.items if i.label not in OTHER_TILES):
                out += [
                    f"the tile “{item.label}” says {n}: {item.value} {item.under}"
                    for n in said(first, f"{item.value} {item.under}", rest)
                ]
    return out
