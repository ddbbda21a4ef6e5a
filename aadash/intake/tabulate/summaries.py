"""Rows that sum up the rows above them: by their label, in three languages, or because their numbers are the rows' mean, SD or n."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from aadash.intake.recognise.european import SUMMARIES
from aadash.intake.recognise.patterns import SUMMARY
from aadash.intake.text import fold, one_line_each

#: Words that no patient code holds: one of them anywhere in a short label makes it a summary.
_STRONG = re.compile(
    r"(?<![a-z])(?:means?|averages?|avg|median|std|sd|stdev|s\.?d|stddev|sem|subtotals?|totals?|sums?|"
    r"iqr|quartile|percentile|p ?values?)(?![a-z])"
    r"|평균|표준\s?편차|중앙값|비율|유의\s?확률|반응자|합계|총계|소계|총합|환자\s?수|인원|平均|標準偏差|中央値|合計|総計|小計|人数|症例数|有効率|反応率|奏効率|有意確率"
)
#: Labels that are a summary when they are the whole of the label.
_WHOLE = re.compile(
    r"^(?:n|p|p ?val(?:ue)?|range|min(?:imum)?|max(?:imum)?|count|(?:number|no) of (?:patients|subjects|cases)|"
    r"(?:n|%|percent|proportion|rate)?\s*(?:of )?(?:salt ?\d{1,3} )?"
    r"(?:rate|responders?|improved|response(?: rate)?|change(?: (?:from|since) (?:bl|base ?line|start))?|missing|achieved)"
    r"(?: (?:rate|n|%|percent))?|responders? (?:at|in|salt|week|w|≤|<).*"
    r"|% (?:\D.*)?|\D* %|desv(?: pad| est)?|p wert|valor p|p値|p값"
    r"|95 ?% ?ci|ci|se|변화율|호전율|반응률|최소|최대|範囲|改善率|変化率|最小|最大|達成率)$"
)
#: Rows above that a row must sum up before its numbers alone make it a summary.
LEAST = 3


#: What every summary's label has in it, looked for in all labels at once.
_HINT = re.compile(
    r"^(?:n|p|ci|se|p[- ]?wert)$|^desv|valor|^n ?=|mean|aver|avg|medi|std|sd|s\.d|sem|tot|sum|iqr|quart|percent|value|range"
    r"|min|max|count|number|rate|respon"
    r"|mittel|durchschn|abw|summ|gesamt|anz|moyen|cart|effectif|nombre|promedi|desvia|suma|somm|total|numer|mw|spann"
    r"|improv|chang|missing|achiev|^salt|ci$|standard|%|[^\x00-\x7f]",
)
_DIGITS = str.maketrans("123456789", "000000000")


def summaries(labels: Sequence[str]) -> np.ndarray:
    """Boolean array: which of the labels, without white space around them, are summaries' (:func:`is_summary`), without a closer look
    at codes by the thousand: of one shape, as no hint has a digit in it."""
    shapes = one_line_each(labels).translate(_DIGITS).split("\n") if len(labels) else []
    hinted = {shape for shape in set(shapes) if _HINT.search(shape.lower())}
    return np.array([shape in hinted and is_summary(label) for shape, label in zip(shapes, labels, strict=True)], dtype=bool)


def is_summary(label: str) -> bool:
    """True for the label of a row of means, deviations, counts or rates.

    >>> [is_summary(x) for x in ("Mean A", "Overall mean", "Mean±SD", "% improved", "SALT50 rate", "평균", "P01", "N-12", "Min")]
    [True, True, True, True, True, True, False, False, True]
    >>> is_summary("SALT75"), is_summary("SALT 12")
    (True, False)
    """
    if len(label) > 40:
        return False
    if SUMMARY.match(label) or SUMMARIES.match(label):
        return True
    if not any(c.isalpha() for c in label):
        return False
    folded = re.sub(r"\s+", " ", fold(label).replace("%", " % ").replace("±", " ")).strip()
    return bool(_STRONG.search(folded) or _WHOLE.match(folded))


def sums_up(row: Sequence[float], shown: Sequence[str], above: np.ndarray) -> bool:
    """True when at least two of the row's numbers, and all of them by one rule, are the mean, median, SD, SE, sum, least,
    greatest or number of the values above, rounded as they are shown.

    ``row`` has NaN where a cell is no number, ``shown`` the cells' text, ``above`` the rows above × the same columns.
    """
    at = [j for j, v in enumerate(row) if v == v]
    mine = [j for j in at if (~np.isnan(above[:, j])).sum() >= LEAST and len(np.unique(above[~np.isnan(above[:, j]), j])) > 1]
    if len(mine) < 2 or len(mine) < len(at):
        return False
    stats = []
    for j in mine:
        seen = above[~np.isnan(above[:, j]), j]
        sd = float(seen.std(ddof=1))
        stats.append(
            (seen.mean(), np.median(seen), sd, sd / np.sqrt(len(seen)), seen.std(), seen.sum(), seen.min(), seen.max(), len(seen))
        )
    return any(
        all(abs(row[j] - s[kind]) <= _rounding(shown[j]) for j, s in zip(mine, stats, strict=True)) for kind in range(len(stats[0]))
    )


def _rounding(text: str) -> float:
    """Half a unit of the last digit shown, and a little."""
    decimals = len(text.strip().rpartition(".")[2]) if "." in text else 0
    return 0.5 * 10.0 ** -min(decimals, 6) + 1e-6
