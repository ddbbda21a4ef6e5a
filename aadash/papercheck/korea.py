"""The Korean paper as the example: Lee JW et al., Clinical Efficacy and Safety of Baricitinib … Alopecia Areata in Korea.

Ann Dermatol 2025, open access (CC BY-NC 4.0). Numbers as printed. The responder counts are those that its percentages give for
75 and 42 patients, the only groups of at most 117 that they fit.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from aadash.papercheck.paper import Design, Item, Paper, Response
from aadash.papercheck.paste import paper_of_text
from aadash.stats.printed import Printed

SOURCE = "Lee JW et al., Ann Dermatol 2025 (Korea, baricitinib, 117 patients); numbers as printed"
TABLES = """\
Table 1
Variables\tValues, n (%) (N = 117)
Sex
Male\t54 (47.0)
Female\t63 (52.9)
Comorbidities
Atopic dermatitis\t43 (36.1)
Thyroid dysfunction\t11 (9.2)
Ulcerative colitis\t2 (1.6)
Vitiligo\t2 (1.6)
Systemic lupus erythematosus\t1 (0.8)
Previous treatment history
Topical steroid\t105 (88.2)
Intralesional steroid injection\t90 (75.6)
Oral steroid\t40 (33.6)
Oral minoxidil\t58 (48.7)
Cyclosporine\t63 (52.9)
Methotrexate\t26 (21.8)
DPCP\t74 (62.1)
AA subtype
Patchy\t25 (21.0)
Diffuse\t4 (3.3)
Ophiasis\t11 (9.2)
Alopecia totalis\t22 (18.4)
Alopecia universalis\t42 (35.2)
Extrascalp involvement\t63 (52.9)
Nail involvement\t15 (12.6)
Initial SALT score
Group A, above 50\t83 (70.9)
Group B, at most 50\t34 (29.0)
Table 2
Adverse event\tValues, n (%) (N = 117)
Neutropenia\t5 (4.20)
Folliculitis\t5 (4.20)
Acne\t4 (3.36)
Headache\t2 (1.68)
Gastroenteritis\t2 (1.68)
Elevated CPK\t1 (0.08)
Hyperlipidemia\t1 (0.08)
Table “Means in the text”
Measure\tMean ± SD (range) (N = 117)
Age at onset (years)\t27.38 ± 10.32 (5–54)
Duration of AA (months)\t64.17 ± 40.80 (7–480)
SALT at baseline\t65.23 ± 35.13
SALT at week 8\t55.58 ± 37.26
SALT at week 12\t43.97 ± 37.20
SALT at week 16\t39.25 ± 36.10
SALT at week 24\t30.78 ± 34.47
SALT at week 36\t24.60 ± 34.11
"""
RESPONDERS = """\
Fig. 2
Endpoint\tGroup A (n = 83)\tGroup B (n = 34)
Week 8: SALT75\t5.33%\t14.28%
Week 8: SALT90\t5.33%\t7.14%
Week 8: SALT100\t1.33%\t2.38%
Week 12: SALT75\t20.00%\t45.23%
Week 12: SALT90\t12.00%\t28.57%
Week 12: SALT100\t5.33%\t21.42%
Week 16: SALT75\t21.33%\t59.52%
Week 16: SALT90\t16.00%\t50.00%
Week 16: SALT100\t6.66%\t35.71%
Week 24: SALT75\t37.33%\t73.80%
Week 24: SALT90\t22.66%\t61.90%
Week 24: SALT100\t10.66%\t47.61%
Week 36: SALT75\t52.00%\t80.95%
Week 36: SALT90\t44.00%\t66.66%
Week 36: SALT100\t22.66%\t54.76%
"""
_GROUPS = """\
Characteristic\tAll, n (n = 117)\tGroup A (n = 83)\tGroup B (n = 34)
Atopic dermatitis\t43\t37%\t32%
Nail involvement\t15\t15%\t5%
"""
RESULTS = (
    "SALT of 20 or less at week 36: 55.4% of those with a baseline SALT above 50, 48.9% of those above 95. Mean percentage change at "
    "week 36: -33.56% in Group A, -51.38% in Group B; Welch's t-test, 95% confidence interval, 10.45 to 25.18; p<0.05. Two-way "
    "repeated-measures ANOVA: group F(1, 697)=36.884, p<0.001; time F(1, 697)=265.371, p<0.001. SALT against baseline p<0.001. "
    "Adverse reactions in 20 patients (16.8%)."
)
ABSTRACT = (
    "117 patients. p<0.001. By week 36, 55.4% with a baseline SALT score above 50 and 48.9% above 95 achieved a SALT score of 20 or "
    "less. In Group A SALT 75, SALT 90 and SALT 100 were 52.0%, 44.0% and 22.7%, in Group B 81.0%, 66.7% and 54.8%."
)
_A = {8: (4, 4, 1), 12: (15, 9, 4), 16: (16, 12, 5), 24: (28, 17, 8), 36: (39, 33, 17)}
_B = {8: (6, 3, 1), 12: (19, 12, 9), 16: (25, 21, 15), 24: (31, 26, 20), 36: (34, 28, 23)}


@cache
def korean_paper() -> Paper:
    """The paper, ready to be checked."""
    tables = paper_of_text(TABLES + RESPONDERS, 117)
    groups = paper_of_text(_GROUPS, 117, "Discussion")
    more = (
        Item("Any adverse reaction", "Text", n=117, count=20, percent=Printed.of("16.8")),
        Item("SALT ≤ 20 at week 36, of those above 50", "Text", n=83, percent=Printed.of("55.4")),
        Item("SALT ≤ 20 at week 36, of those above 95", "Text", percent=Printed.of("48.9")),
    )
    responses = [
        Response(group, week, n, tuple(zip((75, 90, 100), counts, strict=True)), Printed.of(change) if week == 36 else None)
        for group, n, by_week, change in (("Group A", 75, _A, "-33.56"), ("Group B", 42, _B, "-51.38"))
        for week, counts in by_week.items()
    ]
    low, high = Printed.of("10.45"), Printed.of("25.18")
    assert low is not None and high is not None
    return replace(
        tables,
        title="Baricitinib in Korea",
        source=SOURCE,
        items=(*tables.items, *groups.items, *more),
        responses=tuple(responses),
        interval=(low, high),
        design=Design(117, (("Group A", 83), ("Group B", 34)), 6),
        results=RESULTS,
        abstract=ABSTRACT,
    )
