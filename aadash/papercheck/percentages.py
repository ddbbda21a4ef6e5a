"""Each percentage against its n, and which n would serve a whole column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from aadash.formatting import counted, listing
from aadash.papercheck.finding import Tally
from aadash.papercheck.paper import Item, Paper
from aadash.papercheck.statements import shares
from aadash.stats.percentages import common_denominators, counts_of_percent, denominators_of, denominators_of_all
from aadash.stats.printed import RULES, Printed

CHECK = "Percentage against its n"
WORDS = {"rounded": "rounded to the nearest", "truncated": "cut off, not rounded"}
#: Rows named in one finding; percentages without an n that are looked at one by one.
NAMED, FEW = 6, 3


def check_percentages(paper: Paper, tally: Tally) -> None:
    """Every share of the paper, a column at a time, and those of its text."""
    items = [*paper.items, *shares(f"{paper.results}\n{paper.abstract}")]
    for item in (i for i in items if i.count is not None and i.n is not None and i.n > 0 and i.count > i.n):
        tally.doubt(
            "Count against its n",
            "certain",
            item.where,
            f"{item.count} patients are counted among {item.n}.",
            "A typing slip, or an n of another group at the head of the column, would explain it.",
        )
    rates = [i for i in items if i.percent is not None]
    _without_n([i for i in rates if i.n is None or i.n < 1], tally, paper)
    known = [i for i in rates if i.n is not None and i.n > 0 and not (i.count is not None and i.count > i.n)]
    columns: dict[tuple[str, str], list[Item]] = {}
    for item in known:
        columns.setdefault((item.table, item.group), []).append(item)
    alone: list[Item] = []
    others: list[int] = []
    misfits: list[_Misfit] = []
    for (table, group), column in columns.items():
        where = ", ".join(x for x in (table, group) if x)
        alone += _counted(where, [i for i in column if i.count is not None], tally, others)
        misfits += _uncounted(where, [i for i in column if i.count is None], tally, paper)
    _tell_misfits(misfits, tally, paper)
    same: dict[tuple[str, str, int | None], list[Item]] = {}
    for item in alone:
        same.setdefault((item.table, item.share, item.n), []).append(item)
    for items in same.values():
        _alone(items, tally, paper, others)


def fits(item: Item, n: int, rule: str = "either") -> bool:
    """Whether the share of ``item`` can be its count of ``n``, or any count when it prints none."""
    assert item.percent is not None
    counts = counts_of_percent(item.percent, n, rule)
    return item.count in counts if item.count is not None else len(counts) > 0


def _counted(where: str, column: Sequence[Item], tally: Tally, others: list[int]) -> list[Item]:
    """The rows of a column that nothing explains together; a denominator that explains several is told, and joins ``others``."""
    wrong = [i for i in column if not fits(i, i.n or 0)]
    tally.ok(CHECK, len(column) - len(wrong))
    shared = [i for i in wrong if not i.own_n and i.n == wrong[0].n]
    explained = _other_denominator(where, column, shared, tally, others) if len(shared) >= 2 else []
    return [i for i in wrong if i not in explained]


def _other_denominator(where: str, column: Sequence[Item], wrong: Sequence[Item], tally: Tally, others: list[int]) -> list[Item]:
    """The rows of ``wrong`` that one other denominator explains, told in one finding."""
    n = wrong[0].n or 0
    pairs = [(i.count or 0, i.percent) for i in wrong if i.percent is not None]
    best, found, rule = max(
        ((*common_denominators(pairs, r, 3 * n + 50), r) for r in RULES),
        key=lambda x: (x[0], -min(abs(m - n) for m in x[1] or [10**9])),
    )
    if best < 2 or 2 * best < len(wrong):
        return []
    other = min(found, key=lambda m: abs(m - n))
    others.append(other)
    explained = [i for i in wrong if fits(i, other, rule)]
    examples = [f"{i.row}: {i.share}" for i in explained[:NAMED]]
    right = [i for i in column if i not in wrong]
    tell = f"{len(explained)} of {counted(len(column), 'percentage')} are not what n = {n} gives but what {other} gives, {WORDS[rule]}"
    more = f" ({'; '.join(examples)}{'; …' if len(explained) > NAMED else ''})"
    rest = f"; {listing([f'“{i.row}: {i.share}”' for i in right[:3]])} {'fits' if len(right) == 1 else 'fit'} {n}" if right else ""
    away = counted(abs(other - n), "patient")
    more_than = f"Percentages made before {away} left the data, while the counts or the n were made after, would explain it"
    less_than = (
        f"{away[0].upper()}{away[1:]} in whom it is not recorded, or who came after the percentages were made, would explain it"
    )
    why = f"{more_than if other > n else less_than}; making all of them once more from the final data settles it."
    tally.doubt(CHECK, "certain", where, f"{tell}{more}{rest}.", why, len(explained))
    return explained


def _alone(items: Sequence[Item], tally: Tally, paper: Paper, known: Sequence[int]) -> None:
    """Rows with one and the same share that does not fit, with what would; ``known`` are denominators that other rows showed."""
    item = items[0]
    assert item.percent is not None and item.n is not None
    n, k = item.n, item.count or 0
    sizes = list(dict.fromkeys([*known, *_sizes(paper)]))
    found = f"{item.share} does not fit n = {n}: {k} of {n} is {_percent(k, n, item.percent.decimals)} %"
    behind = [
        f"{_these(counts_of_percent(item.percent, m))}/{m}" for m in dict.fromkeys([n, *known]) if counts_of_percent(item.percent, m)
    ]
    smaller = [m for m in _run(item, n) if k and m not in known][:3]
    others = [m for m in sizes if m != n and k <= m and fits(item, m)]
    slipped = [m for m in (*known, n, *sizes) if _slip(item, m)]
    if _shortened(item):
        why = "A percentage rounded to fewer decimals and printed with a zero after it would explain it."
    elif others:
        why = f"Another denominator would explain it: {k} of {others[0]} gives the printed percentage."
    elif slipped:
        why = f"A decimal point in another place would explain it: {k} of {slipped[0]} is {_percent(k, slipped[0], 2)} %."
    elif behind or smaller:
        found += f", and {item.percent.text} % would be {listing([*behind, *(f'{k}/{m}' for m in smaller)], 'or')}"
        why = f"Values missing in all but {smaller[0]}, or a" if smaller else "A"
        why += " count and a percentage of different versions of the data, or a typing slip in one of them, would explain it."
    else:
        why = (
            "A denominator that is not printed (missing values), or a typing slip, would explain it, since no count of this "
            "n gives it."
        )
    rows = listing([i.row for i in items[:NAMED]])
    tally.doubt(CHECK, "certain", ", ".join(x for x in (item.table, rows, item.group) if x), found + ".", why, len(items))


def _run(item: Item, most: int) -> list[int]:
    """The n up to ``most`` of which the count is the percentage, where these are few."""
    assert item.percent is not None
    found = sorted({m for rule in RULES for m in denominators_of(item.count or 0, item.percent, rule, most)[:9]})
    return found if len(found) < 6 else []


def _shortened(item: Item) -> bool:
    """Whether the percentage fits once the zeros at its end are left away: 9.10 for 9.09, rounded to 9.1."""
    assert item.percent is not None and item.n is not None
    text = item.percent.text.rstrip("0") if item.percent.decimals else ""
    fewer = Printed.of(text.rstrip("."))
    return fewer is not None and fewer.decimals < item.percent.decimals and item.count in counts_of_percent(fewer, item.n, "rounded")


def _slip(item: Item, n: int) -> bool:
    assert item.percent is not None
    moved = item.percent.shifted(1)
    return bool(item.count) and item.percent.value > 0 and item.count in counts_of_percent(moved, n)


def _these(counts: range) -> str:
    return str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"


def _sizes(paper: Paper) -> list[int]:
    """Every size that the paper itself prints, the whole first."""
    known = [paper.design.patients, *(n for _, n in paper.design.groups), *(i.n for i in paper.items if i.n)]
    return list(dict.fromkeys(n for n in known if n))


def _percent(k: int, n: int, decimals: int) -> str:
    """100·k/n to so many decimals, a tie away from zero, by whole numbers."""
    scaled = (2 * 100 * k * 10**decimals + n) // (2 * n)
    whole, part = divmod(scaled, 10**decimals)
    return f"{whole}.{part:0{decimals}d}" if decimals else str(whole)


@dataclass(frozen=True)
class _Misfit:
    """A column of percentages without counts, some of which cannot be of its n; all can be of those ``served``, under ``rule``."""

    where: str
    n: int
    items: list[Item]
    wrong: list[Item]
    served: list[int]
    rule: str


def _uncounted(where: str, column: Sequence[Item], tally: Tally, paper: Paper) -> list[_Misfit]:
    """Percentages without counts: whether any count of the n gives them, and which n would serve them all."""
    misfits = []
    for n, rows in groupby(sorted(column, key=lambda i: i.n or 0), key=lambda i: i.n or 0):
        items = list(rows)
        percents = [i.percent for i in items if i.percent is not None]
        wrong = [i for i in items if not fits(i, n)]
        tally.ok(CHECK, len(items) - len(wrong))
        if wrong:
            most = min(max(paper.design.patients, *_sizes(paper), n), 2000)
            served = {rule: denominators_of_all(percents, rule, most) for rule in RULES} if len(items) > 1 else {}
            rule = min((r for r in served if served[r]), key=lambda r: len(served[r]), default="")
            misfits.append(_Misfit(where, n, items, wrong, served.get(rule, []), rule))
    return misfits


def _tell_misfits(misfits: Sequence[_Misfit], tally: Tally, paper: Paper) -> None:
    """Each such column; that the groups which would serve make up all patients too is said once it is so."""
    sizes = [m.served[0] for m in misfits if m.served]
    whole = len(sizes) > 1 and len(sizes) == len(misfits) and sum(sizes) == paper.design.patients
    for m in misfits:
        texts = list(dict.fromkeys(f"{i.percent.text} %" for i in m.wrong if i.percent is not None))
        printed, more = ", ".join(texts[:NAMED]), ", …" if len(texts) > NAMED else ""
        found = f"{len(m.wrong)} of {counted(len(m.items), 'percentage')} cannot be of {m.n}, whatever the counts ({printed}{more})"
        if not m.rule:
            why = "Denominators that are not printed (missing visits), estimates from a model, or a typing slip would explain it."
        else:
            found += f"; all of them are whole numbers of {listing([str(n) for n in m.served[:4]], 'or')}, {WORDS[m.rule]}"
            elsewhere = next((i for i in paper.items if i.n == m.n and i not in m.items and _only_of(i, m.n, m.served[0])), None)
            if elsewhere is not None:
                found += f", while {elsewhere.share} ({elsewhere.where}) is of {m.n}"
            together = f"; {' and '.join(map(str, sizes))} make up all {paper.design.patients} as well" if whole else ""
            why = (
                f"A group of {m.served[0]} instead of {m.n} would explain it, cut at another value, seen at another time, "
                "or without those "
                f"whose visit is missing{together}."
            )
        tally.doubt(CHECK, "certain", m.where, found + ".", why, len(m.wrong))


def _only_of(item: Item, n: int, other: int) -> bool:
    """Whether a percentage without a count can be of ``n`` and not of ``other``."""
    return item.percent is not None and item.count is None and fits(item, n) and not fits(item, other)


def _without_n(items: Sequence[Item], tally: Tally, paper: Paper) -> None:
    """Percentages without any n: of how many they could be, where there are few of them."""
    n = paper.design.patients
    if not items or len(items) > FEW or not 1 < n <= 1000:
        return tally.undecidable("A percentage without an n", len(items))
    for item in items:
        assert item.percent is not None
        pairs = [(counts[0], m) for m in range(2, n + 1) if (counts := counts_of_percent(item.percent, m))]
        if not pairs:
            tally.doubt(
                CHECK,
                "certain",
                item.where,
                f"{item.percent.text} % is no share of any number up to {n}.",
                "An estimate from a model, or a typing slip, would explain it.",
            )
            continue
        shown = listing([*(f"{k}/{m}" for k, m in pairs[:4]), *(["another share"] if len(pairs) > 4 else [])], "or")
        tally.doubt(
            CHECK,
            "open",
            item.where,
            f"{item.percent.text} % is printed without its n; it could be {shown}.",
            "The n of this group beside it would settle it.",
        )
    return None
