"""Parts against the whole: rows of a section, groups of a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, groupby

from aadash.formatting import listing
from aadash.papercheck.finding import Tally
from aadash.papercheck.paper import Item, Paper
from aadash.stats.percentages import counts_of_percent

SECTIONS, GROUPS = "Rows of a section against its n", "Groups against the total"
#: Sections in which a patient is in one row only, by their names; others are not assumed to be.
_EXCLUSIVE = re.compile(
    r"(?i)^(sex|gender)\b|subtype|\b(aa|disease|alopecia) (sub)?type|severity (group|band)|^severity$|initial salt|baseline salt"
    r"|salt (score )?(group|band|category)|\bstage\b|smoking status|race|ethnicity|성별|아형|병형|중증도|性別|病型|重症度"
)


def check_sums(paper: Paper, tally: Tally) -> None:
    """Rows of each section where only one can hold, then the groups of each row where they make up a total."""
    _sections(paper, tally)
    _groups(paper, tally)


def exclusive(section: str, paper: Paper) -> bool:
    """Whether a patient can be in one row of the section only: said so, or plain from its name."""
    return bool(section) and (section in paper.exclusive or bool(_EXCLUSIVE.search(section.strip())))


def _sections(paper: Paper, tally: Tally) -> None:
    def key(i: Item) -> tuple[str, str, str]:
        return i.table, i.group, i.section

    counted = [i for i in paper.items if i.count is not None and i.n and i.section]
    for (table, group, section), rows in groupby(sorted(counted, key=key), key=key):
        items = list(rows)
        if len(items) < 2 or len({i.n for i in items}) > 1:
            continue
        n, total = items[0].n or 0, sum(i.count or 0 for i in items)
        if total == n:
            tally.ok(SECTIONS, len(items))
            continue
        if not exclusive(section, paper):
            tally.undecidable("A section in which a patient may be in several rows, or in none", len(items))
            continue
        _in_words(", ".join(x for x in (table, section, group) if x), [i.count or 0 for i in items], n, tally)


def _in_words(where: str, counts: Sequence[int], n: int, tally: Tally) -> None:
    """Rows of which a patient is in one only, and which do not add up to ``n``. Rows that follow may no longer belong to the section,
    so that the first ones count as long as they stay within ``n``."""
    sums = list(accumulate(counts))
    within = sum(s <= n for s in sums)
    if n in sums and within >= 2:
        return tally.ok(SECTIONS, sums.index(n) + 1)
    total = sums[within - 1] if within >= 2 else sums[-1]
    if total > n:
        said = " + ".join(map(str, counts))
        return tally.doubt(
            SECTIONS,
            "likely",
            where,
            f"The rows add up to {total} ({said}), {total - n} more than the {n} patients.",
            "Patients counted in two rows, or a count of another version of the data, would explain it.",
            len(counts),
        )
    said = " + ".join(map(str, counts[:within]))
    run_on = f"; with the next row it would be {sums[within]}" if within < len(sums) else ""
    return tally.doubt(
        SECTIONS,
        "open",
        where,
        f"The {'first ' + str(within) + ' ' if run_on else ''}rows add up to {total} ({said}), so {n - total} of {n} patients "
        f"{'is' if n - total == 1 else 'are'} in none of them{run_on}.",
        "Missing values or a category that is not printed would explain it; a row “not recorded” would say so.",
        within,
    )


def _groups(paper: Paper, tally: Tally) -> None:
    def key(i: Item) -> tuple[str, str, str]:
        return i.table, i.section, i.row

    for _, rows in groupby(sorted((i for i in paper.items if i.n and i.group), key=key), key=key):
        items = list(rows)
        parts = _parts(items)
        if parts is not None:
            whole, others = parts
            _counts(whole, others, tally)
            _means(whole, others, tally)


def _parts(items: Sequence[Item]) -> tuple[Item, list[Item]] | None:
    """The column of everyone and those that make it up: their n add up to its own."""
    if len(items) < 3 or len({i.group for i in items}) < len(items) or any(i.by_visit for i in items):
        return None
    whole = max(items, key=lambda i: i.n or 0)
    others = [i for i in items if i is not whole]
    return (whole, others) if sum(i.n or 0 for i in others) == whole.n else None


def _counts(whole: Item, others: Sequence[Item], tally: Tally) -> None:
    if whole.count is None:
        return
    if all(i.count is not None for i in others):
        total = sum(i.count or 0 for i in others)
        if total == whole.count:
            tally.ok(GROUPS)
            return
        said = " + ".join(str(i.count) for i in others)
        tally.doubt(
            GROUPS,
            "certain",
            ", ".join(x for x in (whole.table, whole.row) if x),
            f"The groups add up to {total} ({said}), but {whole.count} are printed for all {whole.n}.",
            "Counts of different versions of the data, or a typing slip in one of them, would explain it.",
        )
    elif all(i.percent is not None for i in others):
        ranges = [counts_of_percent(i.percent, i.n) for i in others if i.percent is not None and i.n]
        if any(not len(r) for r in ranges):
            return  # told by the check of percentages
        least, most = sum(r[0] for r in ranges), sum(r[-1] for r in ranges)
        if least <= whole.count <= most:
            tally.ok(GROUPS)
            return
        told = [f"{i.percent.text} % × {i.n} ≈ {_these(r)}" for i, r in zip(others, ranges, strict=True) if i.percent is not None]
        reach = str(least) if least == most else f"{least} to {most}"
        tally.doubt(
            GROUPS,
            "certain",
            ", ".join(x for x in (whole.table, whole.row) if x),
            f"{listing(told)}, {reach} together, but {whole.count} are printed for all {whole.n}.",
            "Groups of another size than printed, or counts of an earlier version of the data, would explain it.",
        )


def _these(counts: range) -> str:
    return str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"


def _means(whole: Item, others: Sequence[Item], tally: Tally) -> None:
    """The mean of all against the means of the groups, weighted by their n."""
    if whole.mean is None or any(i.mean is None for i in others):
        return
    n = whole.n or 1
    low = sum((Fraction(i.n or 0) * i.mean.either.low for i in others if i.mean), Fraction(0)) / n
    high = sum((Fraction(i.n or 0) * i.mean.either.high for i in others if i.mean), Fraction(0)) / n
    if low <= whole.mean.either.high and whole.mean.either.low <= high:
        tally.ok(GROUPS)
        return
    said = listing([f"{i.mean.text} (n = {i.n})" for i in others if i.mean])
    given = sum((Fraction(i.n or 0) * i.mean.value for i in others if i.mean), Fraction(0)) / n
    tally.doubt(
        GROUPS,
        "likely",
        ", ".join(x for x in (whole.table, whole.row) if x),
        f"The groups' means ({said}) give {float(given):.{whole.mean.decimals}f} for all, but {whole.mean.text} is printed.",
        "Values missing in some patients, so that the groups are smaller than their n, or a typing slip would explain it.",
    )
