"""Nested endpoints of a pasted table: whoever reached SALT90 reached SALT75, and SALT ≤10 lies within SALT ≤20."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from aadash.papercheck.cells import clean
from aadash.papercheck.finding import Tally
from aadash.papercheck.paper import Item, Paper

CHECK = "Responders of nested endpoints"
#: What would make a limit one end of a band: "50–74" is no endpoint.
_ALONE = r"(?!\d|\.\d|\s?[-–~〜]\s?\d| to \d)"
#: How an endpoint is written, and whether more of it is harder: SALT75; an improvement of at least 75 %; SALT ≤20.
_FORMS = (
    (re.compile(rf"(?i)\b(?:SALT|PASI|EASI|SCORAD|ACR)[ -]?(\d{{2,3}}){_ALONE}(?!\s?%)"), True),
    (re.compile(rf"(?i)(?:≥|>=|at least)?\s?(\d{{2,3}}){_ALONE}\s?% (?:improvement|reduction|decrease)"), True),
    (re.compile(rf"(?:≥|>=)?\s?(\d{{2,3}}){_ALONE}\s?%\s?(?:이상\s?)?(?:호전|개선|감소|改善|以上の?改善)"), True),
    (re.compile(rf"(?i)\b(?:SALT|DLQI|AA-IGA|PASI|EASI|IGA)(?: score)?(?: of)?\s?(?:≤|<=|at most)\s?(\d+){_ALONE}"), False),
)


@dataclass(frozen=True)
class _Rung:
    """A printed share of an endpoint; ``hard`` orders the endpoints of one ladder, the easiest first."""

    hard: int
    name: str
    item: Item

    @property
    def share(self) -> float:
        """Patients counted, or the percentage where only that is printed."""
        item = self.item
        return float(item.count) if item.count is not None else float(item.percent.value) if item.percent else 0.0


def check_nested(paper: Paper, tally: Tally) -> None:
    """Every column, or row, in which several endpoints of one kind have the same n."""
    ladders: dict[tuple[object, ...], list[_Rung]] = {}
    for key, rung in _rungs(paper.items):
        ladders.setdefault(key, []).append(rung)
    for rungs in ladders.values():
        ordered = sorted(rungs, key=lambda r: r.hard)
        for easy, hard in pairwise(ordered):
            if easy.hard < hard.hard:
                _compare(easy, hard, tally)


def _rungs(items: Sequence[Item]) -> Iterator[tuple[tuple[object, ...], _Rung]]:
    for item in items:
        if item.count is None and item.percent is None:
            continue
        texts = [clean(t) for t in (item.row, item.group, item.section)]
        for place, text in enumerate(texts):
            kind, found = next(((k, m) for k, (form, _) in enumerate(_FORMS) if (m := form.search(text))), (0, None))
            if found is None:
                continue
            beside = [*texts[:place], (text[: found.start(1)] + text[found.end(1) :]).lower(), *texts[place + 1 :]]
            limit, harder = int(found[1]), _FORMS[kind][1]
            rung = _Rung(limit if harder else -limit, " ".join(found[0].split()), item)
            yield (item.table, *beside, item.n, item.count is None, kind), rung
            break


def _compare(easy: _Rung, hard: _Rung, tally: Tally) -> None:
    if hard.share <= easy.share:
        return tally.ok(CHECK)
    where = ", ".join(x for x in (hard.item.table, hard.item.group if hard.item.row != hard.item.group else "") if x)
    counts = hard.item.count is not None
    return tally.doubt(
        CHECK,
        "certain" if counts else "likely",
        where,
        f"{hard.name} is printed as {hard.item.share} and {easy.name} as {easy.item.share}, but whoever reached the first reached the "
        "second too.",
        "Two numbers in the wrong order, rows of which a patient is in one only, or an endpoint defined in another way, "
        "would explain it.",
        2,
    )
