"""Whether the numbers that a paper, a draft or a report prints fit each other.

A paper is a value (:mod:`aadash.papercheck.paper`), typed, or read from pasted text (:mod:`aadash.papercheck.paste`); each module of
checks tells a :class:`aadash.papercheck.finding.Tally` what was checked, what passed, what is doubtful and what cannot be decided;
:func:`aadash.papercheck.check.check` asks them all. No Streamlit, no cohort. Whole numbers and fractions decide, but for p-values,
which are told apart only when they differ by more than rounding can explain.
"""
