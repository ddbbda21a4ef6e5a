"""The literature behind the methods, numbered in the order in which a text first names it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: Key → reference as a reference list prints it. Every one has been used for what it is cited for in docs/METHODS.md.
REFERENCES = {
    "salt": "Olsen EA, Hordinsky MK, Price VH, et al. Alopecia areata investigational assessment guidelines, part II. J Am Acad "
    "Dermatol 2004;51:440–447. doi:10.1016/j.jaad.2003.09.032",
    "salt20": "Wyrwich KW, Kitchen H, Knight S, et al. The Alopecia Areata Investigator Global Assessment scale: a measure for "
    "evaluating clinically meaningful success in clinical trials. Br J Dermatol 2020;183:702–709. doi:10.1111/bjd.18883",
    "wilson": "Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat Assoc 1927;22:209–212. "
    "doi:10.1080/01621459.1927.10502953",
    "newcombe": "Newcombe RG. Interval estimation for the difference between independent proportions: comparison of eleven methods. "
    "Stat Med 1998;17:873–890. doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I",
    "welch": "Welch BL. The generalization of “Student's” problem when several different population variances are involved. "
    "Biometrika 1947;34:28–35. doi:10.1093/biomet/34.1-2.28",
    "welch_anova": "Welch BL. On the comparison of several mean values: an alternative approach. Biometrika 1951;38:330–336. "
    "doi:10.1093/biomet/38.3-4.330",
    "games": "Games PA, Howell JF. Pairwise multiple comparison procedures with unequal n's and/or variances: a Monte Carlo study. "
    "J Educ Stat 1976;1:113–125. doi:10.3102/10769986001002113",
    "greenhouse": "Greenhouse SW, Geisser S. On methods in the analysis of profile data. Psychometrika 1959;24:95–112. "
    "doi:10.1007/BF02289823",
    "kenward": "Kenward MG, Roger JH. Small sample inference for fixed effects from restricted maximum likelihood. Biometrics "
    "1997;53:983–997. doi:10.2307/2533558",
    "holm": "Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat 1979;6:65–70.",
    "hochberg": "Hochberg Y. A sharper Bonferroni procedure for multiple tests of significance. Biometrika 1988;75:800–802. "
    "doi:10.1093/biomet/75.4.800",
    "bh": "Benjamini Y, Hochberg Y. Controlling the false discovery rate: a practical and powerful approach to multiple testing. "
    "J R Stat Soc B 1995;57:289–300. doi:10.1111/j.2517-6161.1995.tb02031.x",
    "firth": "Firth D. Bias reduction of maximum likelihood estimates. Biometrika 1993;80:27–38. doi:10.1093/biomet/80.1.27",
    "smd": "Austin PC. Balance diagnostics for comparing the distribution of baseline covariates between treatment groups in "
    "propensity-score matched samples. Stat Med 2009;28:3083–3107. doi:10.1002/sim.3697",
    "garwood": "Garwood F. Fiducial limits for the Poisson distribution. Biometrika 1936;28:437–442. doi:10.1093/biomet/28.3-4.437",
    "three": "Hanley JA, Lippman-Hand A. If nothing goes wrong, is everything all right? JAMA 1983;249:1743–1745. "
    "doi:10.1001/jama.1983.03330370053031",
    "kaplan": "Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc 1958;53:457–481. "
    "doi:10.1080/01621459.1958.10501452",
    "zou": "Zou GY, Huang W, Zhang X. A note on confidence interval estimation for a linear function of binomial proportions. Comput "
    "Stat Data Anal 2009;53:1080–1085. doi:10.1016/j.csda.2008.09.033",
    "hartung": "Hartung J, Knapp G. On tests of the overall treatment effect in meta-analysis with normally distributed responses. "
    "Stat Med 2001;20:1771–1782. doi:10.1002/sim.791",
    "inthout": "IntHout J, Ioannidis JPA, Rovers MM, Goeman JJ. Plea for routinely presenting prediction intervals in meta-analysis. "
    "BMJ Open 2016;6:e010247. doi:10.1136/bmjopen-2015-010247",
    "strobe": "von Elm E, Altman DG, Egger M, et al. The Strengthening the Reporting of Observational Studies in Epidemiology "
    "(STROBE) statement. Lancet 2007;370:1453–1457. doi:10.1016/S0140-6736(07)61602-X",
    "sampl": "Lang TA, Altman DG. Basic statistical reporting for articles published in biomedical journals: the SAMPL guidelines. "
    "Int J Nurs Stud 2015;52:5–9. doi:10.1016/j.ijnurstu.2014.09.006",
    "tripod": "Collins GS, Moons KGM, Dhiman P, et al. TRIPOD+AI statement: updated guidance for reporting clinical prediction models "
    "that use regression or machine learning methods. BMJ 2024;385:e078378. doi:10.1136/bmj-2023-078378",
}
_MARK = re.compile(r"\{(\w+)\}")


@dataclass
class Bibliography:
    """References in the order of first mention. ``numbered`` turns "{holm}" in a text into "[3]"."""

    keys: list[str] = field(default_factory=list)

    def numbered(self, text: str) -> str:
        """``text`` with each mark replaced by its number. Raises KeyError for a mark without a reference."""

        def number(found: re.Match[str]) -> str:
            key = found[1]
            if key not in REFERENCES:
                raise KeyError(key)
            if key not in self.keys:
                self.keys.append(key)
            return f"[{self.keys.index(key) + 1}]"

        return _MARK.sub(number, text)

    def cited(self, reference: str) -> str:
        """The number, "[3]", of a reference that is given in full: a source of published rates."""
        if reference not in self.keys:
            self.keys.append(reference)
        return f"[{self.keys.index(reference) + 1}]"

    def listed(self) -> list[str]:
        """The reference list, numbered."""
        return [f"{i}. {REFERENCES.get(key, key)}" for i, key in enumerate(self.keys, start=1)]
