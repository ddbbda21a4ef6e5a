"""The findings of a paper check as parts: what cannot be as printed first, then what passed and what cannot be decided.

Needs no cohort, so it is no registered view; the app's page asks it with what was typed or pasted.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from aadash.document import Card, Fold, Heading, KeyNumber, KeyNumbers, Part, Text, TextTable
from aadash.formatting import counted, listing
from aadash.papercheck.finding import CERTAINTY, Finding, Outcome

QUESTION = "Do the printed numbers fit each other?"
MEANING = {
    "certain": "By arithmetic: no patients could give these numbers with the n and ranges beside them, however they were rounded.",
    "likely": "Possible, but only with patients or a chance that nobody expects.",
    "open": "No contradiction: one more word in the paper would answer it.",
}
FAIR = (
    "A finding says that numbers do not fit each other. It does not say which of them is off, nor why, and most have a plain cause: a "
    "patient left out late, a group cut anew, a slip while typing."
)
METHODS = (
    "Percentages: Brown & Heathers 2017, doi:10.1177/1948550616673876 (GRIM). Means and SDs: GRIMMER (Anaya 2016, "
    "doi:10.7287/peerj.preprints.2400v1; Allard 2018), DEBIT (Heathers & Brown 2019), reconstruction after SPRITE "
    "(Heathers et al. 2018, "
    "doi:10.7287/peerj.preprints.26968v1). Tests: Nuijten et al. 2016, doi:10.3758/s13428-015-0664-2. Whole numbers and "
    "fractions decide; "
    "rounding to the nearest, a tie either way, and cutting off are both allowed."
)


def paper_check(outcome: Outcome, source: str = "") -> list[Part]:
    """The parts: an answer, key numbers, the findings by certainty, what passed, what cannot be decided, what was not read."""
    if not outcome.checked:
        return [Text(_nothing(outcome), "notice"), *_not_read(outcome), *_rest(outcome)]
    parts: list[Part] = [Text(sentence(outcome), "strong"), Text(FAIR, "small"), _key_numbers(outcome), *_not_read(outcome)]
    if source:
        parts.append(Text(f"Source: {source}.", "small"))
    for certainty, label in CERTAINTY.items():
        found = outcome.of(certainty)
        if found:
            parts.append(Heading(f"{label} ({len(found)})", 3, MEANING[certainty]))
            parts += [Card(_head(f), f.found, f.explained) for f in found]
    return [*parts, *_rest(outcome), *_examples(outcome), Text(METHODS, "small")]


def sentence(outcome: Outcome) -> str:
    """The answer in a sentence."""
    if not outcome.findings and outcome.checked == 1:
        return "No doubt: 1 number checked, and it fits."
    if not outcome.findings:
        return f"No doubt: {counted(outcome.checked, 'number')} checked, all of them fit each other."
    words = {"certain": "cannot be as printed", "likely": "hardly fit", "open": "are to clear up"}
    one = {"certain": "cannot be as printed", "likely": "hardly fits", "open": "is to clear up"}
    told: list[str] = []
    for certainty in CERTAINTY:
        n = len(outcome.of(certainty))
        if n:
            told.append(f"{counted(n, 'point')} {one[certainty] if n == 1 else words[certainty]}")
    passed = sum(outcome.passed.values())
    return f"Of {counted(outcome.checked, 'number')} checked, {passed} pass; {listing(told)}."


def findings_frame(outcome: Outcome) -> pd.DataFrame:
    """The findings as a table: Certainty, Where, Check, Found, What would explain it, Numbers."""
    rows = [
        {
            "Certainty": CERTAINTY[f.certainty],
            "Where": f.where,
            "Check": f.check,
            "Found": f.found,
            "What would explain it": f.explained,
            "Numbers": f.numbers,
        }
        for f in outcome.findings
    ]
    return pd.DataFrame(rows, columns=["Certainty", "Where", "Check", "Found", "What would explain it", "Numbers"])


def _nothing(outcome: Outcome) -> str:
    if outcome.undecided:
        return "Numbers were read, but none of them can be checked as they stand; the list below says what is missing."
    return "No number was read yet. Paste a table with its first column and its header, or fill in a row."


def _key_numbers(outcome: Outcome) -> KeyNumbers:
    items = [KeyNumber("Numbers checked", str(outcome.checked), "one checked in two ways counts twice")]
    for certainty, label in CERTAINTY.items():
        found = outcome.of(certainty)
        items.append(KeyNumber(label, str(len(found)), counted(sum(f.numbers for f in found), "number") if found else "none"))
    return KeyNumbers(tuple(items))


def _head(f: Finding) -> str:
    return f"{f.where} · {f.check}" if f.where else f.check


def _rest(outcome: Outcome) -> list[Part]:
    parts: list[Part] = []
    if outcome.passed:
        parts += [Heading("Checked and passed", 3), TextTable(_counts(outcome.passed, "Check"))]
    if outcome.undecided:
        parts += [Heading("Cannot be decided from what is printed", 3), TextTable(_counts(outcome.undecided, "What"))]
    return parts


def _not_read(outcome: Outcome) -> list[Part]:
    """Lines of which nothing could be used."""
    if not outcome.left_out:
        return []
    shown = ", ".join(f"“{line}”" for line in outcome.left_out[:8])
    more = f" and {len(outcome.left_out) - 8} more" if len(outcome.left_out) > 8 else ""
    return [Text(f"Lines of which no number was used: {shown}{more}.", "notice")]


def _examples(outcome: Outcome) -> list[Part]:
    if not outcome.examples:
        return []
    frame = pd.DataFrame(
        {
            "Mean and SD of": [where for where, _ in outcome.examples],
            "Values × how many have them": [values for _, values in outcome.examples],
        }
    )
    note = Text("One of very many sets of values that have the printed mean and SD. They are not the data.", "small")
    return [Fold("Values that would have these means and SDs", "fold.papercheck.examples", lambda: [note, TextTable(frame)])]


def _counts(counts: Mapping[str, int], name: str) -> pd.DataFrame:
    return pd.DataFrame({name: list(counts), "Numbers": [str(n) for n in counts.values()]})
