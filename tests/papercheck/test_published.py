"""Two more public cohorts, as their pages print them: what fits, what does not, and that a clean one is left in peace."""

from __future__ import annotations

from aadash.papercheck.check import check
from aadash.papercheck.paper import Design, Item, Paper
from aadash.papercheck.paste import paper_of_text
from aadash.stats.printed import Printed

# "Therapeutic Burden as Predictor of Response to Baricitinib for Alopecia Areata in Real Life: A Prospective Study", Spain, 44
# patients, numbers of the section on the sample
SPAIN = """\
Sample (n = 44)
Variable\tn (%)
Family history of AA\t4/44 (9.10%)
Hypothyroidism\t9/44 (20.45%)
Total or universal\t15/44 (34.10%)
Multi-plaque\t29/44 (65.90%)
Eyebrows or eyelashes\t23/44 (52.27%)
Variable\tmean ± SD
Age (years)\t37.30 ± 16.10
Duration of AA (years)\t10.68 ± 10.24
Age of debut (years)\t24.80 ± 15.94
SALT at baseline\t67.16 ± 32.52
"""
# Piraccini et al., J Eur Acad Dermatol Venereol 2025, doi:10.1111/jdv.70067, abstract, 253 patients
ITALY = """\
Measure (n = 253)\tValue
SALT at baseline, mean ± SD\t93.7 ± 14.1
SALT at week 48, mean ± SD\t26.5 ± 33.0
Skindex-16 at baseline, mean ± SD\t57.1 ± 25.0
HADS anxiety at baseline, mean ± SD\t8.21 ± 9.38
Female\t66.8%
SALT ≤20 at week 48\t63.2%
SALT ≤30 at week 48\t75.5%
Yellow dots at baseline\t97.6%
Black dots at baseline\t43.5%
Dystrophic hairs at baseline\t14.6%
Adverse events\t9.4%
"""


def test_spain_prints_two_decimals_of_one() -> None:
    outcome = check(paper_of_text(SPAIN, 44))
    told = {f.where: f for f in outcome.findings}
    # 4/44 = 9.09 and 15/44 = 34.09: rounded to one decimal and printed with a zero after it; 29/44 = 65.909 fits when it is cut off
    assert len(told) == 2 and all("Family" in w or "Total" in w for w in told)
    assert outcome.passed["Percentage against its n"] == 3
    assert all("rounded to fewer decimals" in f.explained for f in outcome.findings)


def test_italy_is_clean() -> None:
    outcome = check(paper_of_text(ITALY))
    assert not outcome.findings and outcome.passed["Percentage against its n"] == 7
    assert outcome.passed["Mean and SD against the scale"] == 4


def test_the_abstract_of_tohoku() -> None:
    # Wada-Irimada et al., J Dermatol 2025, doi:10.1111/1346-8138.17641: 41 % of 70 at SALT ≤ 20
    item = Item("SALT ≤ 20 at month 9", n=70, percent=Printed.of("41"))
    paper = Paper(
        "Tohoku", items=(item,), design=Design(70), abstract="Among the 70 patients, 41% achieved a SALT score of 20 or less."
    )
    outcome = check(paper)
    assert not outcome.findings and outcome.passed == {"Percentage against its n": 1, "Abstract against tables and text": 1}
