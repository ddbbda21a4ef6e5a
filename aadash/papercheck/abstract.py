"""The numbers of an abstract against those of the tables and the results."""

from __future__ import annotations

import re

from aadash.formatting import listing
from aadash.papercheck.cells import clean
from aadash.papercheck.finding import Tally
from aadash.papercheck.paper import Paper
from aadash.stats.printed import Printed

CHECK = "Abstract against tables and text"
#: A percentage, or a number with decimals, in a text.
_DECIMAL = re.compile(r"(?<![\d.])(\d{1,7}\.\d{1,6}|\d{1,3}(?=\s?%))(?![\d.]*\d)")
#: The level of an interval, which is no number of the patients.
_LEVEL = re.compile(r"(?i)\b9\d(?:\.\d)?\s?%[- ]?(?=\(?(?:CI|confidence|신뢰|信頼))")
#: Any number that stands by itself: not that of SALT75.
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)")
#: What is not compared, as the list of what cannot be decided calls it.
WHOLE = "Whole numbers of the abstract, which may count anything: only percentages and decimals are compared"
ALONE = "Numbers of the abstract, without a table or results to compare them with"


def numbers_of(text: str) -> list[Printed]:
    """The percentages and decimal numbers of a text, each once."""
    found = {m: Printed.of(m) for m in _DECIMAL.findall(_LEVEL.sub(" ", clean(text)))}
    return [p for p in found.values() if p is not None]


def check_abstract(paper: Paper, tally: Tally) -> None:
    """Each number of the abstract must stand in a table or in the results, or be one of theirs with fewer decimals."""
    said = numbers_of(paper.abstract)
    text = _LEVEL.sub(" ", clean(paper.abstract))
    if not (paper.items or paper.results):
        return tally.undecidable(ALONE, len(_NUMBER.findall(text)))
    tally.undecidable(WHOLE, len(_NUMBER.findall(_DECIMAL.sub(" ", text))))
    cells = [x for i in paper.items for x in (i.percent, i.mean, i.sd, i.low, i.high, i.p[1] if i.p else None) if x is not None]
    known = [*cells, *(r.change for r in paper.responses if r.change is not None), *numbers_of(paper.results)]
    missing = []
    for one in said:
        if any(one.decimals <= k.decimals and (abs(k.value) in one.either) for k in known):
            tally.ok(CHECK)
        else:
            missing.append(one.text)
    if missing:
        tally.doubt(
            CHECK,
            "open",
            "Abstract",
            f"{listing(missing)} {'is' if len(missing) == 1 else 'are'} in the abstract, but in no table and not in the results.",
            "A number of an earlier draft, or one that only a figure shows, would explain it; a reader cannot find it.",
            len(missing),
        )
    return None
