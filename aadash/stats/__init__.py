"""Plain statistics on arrays: R would know each of them by name.

Every function takes one-dimensional float arrays (or a patients × visits matrix), drops NaN where that is said, and
returns a small frozen dataclass with unrounded numbers. Nothing here knows about alopecia areata. A field that is not
defined for the numbers given is NaN; where the whole test is not defined, :class:`aadash.errors.NotComputable` is
raised. Definition, formula, source and R's name of each function are in ``docs/methods/``.

Import the modules (``from aadash.stats import paired``); this package imports nothing by itself.
"""
