"""A row's p-value against its own means or counts in two groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from aadash.errors import NotComputable
from aadash.formatting import listing, p_value
from aadash.papercheck.finding import Tally
from aadash.papercheck.paper import Item, Paper
from aadash.papercheck.statements import agrees
from aadash.stats.printed import Printed
from aadash.stats.reported_tests import Range, p_of_counts, p_of_means

CHECK = "p against the numbers of its row"


def check_rows(paper: Paper, tally: Tally) -> None:
    """Every row with a p-value and two groups."""

    def key(i: Item) -> tuple[str, str, str]:
        return i.table, i.section, i.row

    tested = [i for i in paper.items if i.p is not None and i.group and i.n]
    for _, rows in groupby(sorted(tested, key=key), key=key):
        items = list(rows)
        if len(items) > 2:  # with a column of everyone
            whole = max(items, key=lambda i: i.n or 0)
            rest = [i for i in items if i is not whole]
            items = rest if sum(i.n or 0 for i in rest) == whole.n else items
        if len(items) != 2 or items[0].p is None:
            continue
        _compare(items, items[0].p, tally)


def _compare(items: Sequence[Item], p: tuple[str, Printed], tally: Tally) -> None:
    one, two = items
    try:
        if one.mean and one.sd and two.mean and two.sd and one.n and two.n:
            ranges: dict[str, Range] = p_of_means((one.mean, one.sd, one.n), (two.mean, two.sd, two.n))
        elif one.count is not None and two.count is not None and one.n and two.n:
            table = [[one.count, two.count], [one.n - one.count, two.n - two.count]]
            ranges = {name: (x, x) for name, x in p_of_counts(table).items()}
        else:
            return
    except NotComputable:
        return tally.undecidable("A row whose p cannot be worked out from what it prints")
    if any(agrees(p, found) for found in ranges.values()):
        return tally.ok(CHECK)
    given = [f"{p_value((low + high) / 2)} ({name})" for name, (low, high) in ranges.items()]
    return tally.doubt(
        CHECK,
        "open",
        ", ".join(x for x in (one.table, one.row) if x),
        f"p {p[0]} {p[1].text} is printed, while the numbers of the row give {listing(given, 'or')}.",
        "Another test (of ranks, of all categories at once, adjusted), or missing values, would explain it; naming the test says so.",
    )
