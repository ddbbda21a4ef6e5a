"""The same numbers in R: base R, car, mmrm, emmeans and logistf, on a file of one row per patient."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.endpoints import endpoint, filled, responses
from aadash.plan import AnalysisPlan
from aadash.report.files import csv

#: The file that the lines read.
DATA = "r_data.csv"
#: The first line of each script.
RUN_IN = "# Run in the folder data of this bundle. A bundle made without the patients' data has none: run it beside them.\n"
_START = """d <- read.csv("{data}", fileEncoding = "UTF-8-BOM")
d$stratum <- factor(d$stratum, levels = c({levels}))
"""
#: Analysis → lines of R. ``{w}`` is the week in question.
LINES = {
    "salt_over_time": """# mean, SD and interval of the mean at each visit
sapply(d[grep("^score_w", names(d))], function(x) c(n = sum(!is.na(x)), mean = mean(x, na.rm = TRUE), sd = sd(x, na.rm = TRUE),
  t.test(x, conf.level = {level})$conf.int))
""",
    "change_from_baseline": """# paired t-test at week {w}, p-values of all visits adjusted
t.test(d$score_w{w}, d$score_w0, paired = TRUE, conf.level = {level})
p <- sapply(c({weeks}), function(w) t.test(d[[paste0("score_w", w)]], d$score_w0, paired = TRUE)$p.value)
p.adjust(p, method = "{adjust}")
""",
    "responders": """# responders at week {w} with Wilson's interval
k <- sum(d$response, na.rm = TRUE); n <- sum(!is.na(d$response))
prop.test(k, n, correct = FALSE, conf.level = {level})$conf.int
""",
    "responders_between": """# response by stratum at week {w}
tab <- table(d$stratum, d$response)
suppressWarnings(chisq.test(tab, correct = FALSE))
fisher.test(tab)
""",
    "between_strata": """# percent change at week {w} by stratum
d$change <- 100 * (d$score_w{w} - d$score_w0) / ifelse(d$score_w0 > 0, d$score_w0, NA)
if (nlevels(d$stratum) == 2) t.test(change ~ stratum, data = d, conf.level = {level}) else oneway.test(change ~ stratum, data = d)
if (nlevels(d$stratum) == 2) suppressWarnings(wilcox.test(round(change, 9) ~ stratum, d)) else kruskal.test(change ~ stratum, data = d)
""",
    "mixed_anova": """# stratum by week, type III, with the Greenhouse-Geisser correction
options(contrasts = c("contr.sum", "contr.poly"))
y <- as.matrix(d[, paste0("score_w", c(0, {weeks}))]); ok <- complete.cases(y) & !is.na(d$stratum)
fit <- lm(y[ok, ] ~ d$stratum[ok])
if (requireNamespace("car", quietly = TRUE)) print(summary(car::Anova(fit, idata = data.frame(week = factor(c(0, {weeks}))),
  idesign = ~ week, type = 3), multivariate = FALSE))
# base R: stratum by week (the row of the stratum) and its correction, then the stratum
anova(fit, X = ~ 1, test = "Spherical", idata = data.frame(week = factor(c(0, {weeks}))))
anova(lm(rowMeans(y[ok, ]) ~ d$stratum[ok]))
""",
    "predictors": """# Firth's logistic regression of the response; put the predictors' columns in place of the stratum
if (requireNamespace("logistf", quietly = TRUE) && nlevels(d$stratum) > 1) print(logistf::logistf(response ~ stratum, data = d))
""",
}
#: The mixed model: ``long`` has every visit, week 0 among them.
_FITS = """if (requireNamespace("mmrm", quietly = TRUE)) print(try(summary(mmrm::mmrm({formula} + us(week | patient),
  data = {data}, method = "Kenward-Roger"))))
# the same fit with nlme, which comes with R; its degrees of freedom are others
print(try(summary(nlme::gls({formula}, data = {data}, na.action = na.omit, method = "REML",
  correlation = nlme::corSymm(form = ~ as.integer(week) | patient), weights = nlme::varIdent(form = ~ 1 | week)))))
"""
_JOINT = """if (requireNamespace("mmrm", quietly = TRUE) && requireNamespace("emmeans", quietly = TRUE))
  print(try(emmeans::joint_tests(mmrm::mmrm(score ~ stratum * week + us(week | patient), data = {data},
  method = "Kenward-Roger"))))
"""


def _fits(formula: str, data: str) -> str:
    return _FITS.replace("{formula}", formula).replace("{data}", data)


MIXED = {
    "change_from_baseline": """# mixed model for repeated measures of every score recorded, week 0 among them
long <- reshape(d, direction = "long", varying = paste0("score_w", c(0, {weeks})), v.names = "score",
  timevar = "week", times = c(0, {weeks}))
long$week <- factor(long$week); long$patient <- factor(long$patient)
# the coefficient of a week is its change from baseline; its p-values of all weeks are adjusted by "{adjust}"
"""
    + _fits("score ~ week", "long"),
    "between_strata": """# percent change by stratum, weeks after baseline; coefficient of the stratum: second minus first, week {w}
change <- long[long$week != "0", ]
base <- d$score_w0[match(as.character(change$patient), as.character(d$patient))]
change$score <- 100 * (change$score - base) / ifelse(base > 0, base, NA)
change$week <- relevel(droplevels(change$week), "{w}")
"""
    + _fits("score ~ stratum * week", "change")
    + """# the ranks beside it are of the scores recorded at week {w}
suppressWarnings(wilcox.test(round(score, 9) ~ stratum, data = change[change$week == "{w}", ]))
""",
    "mixed_anova": """# means of the strata at each week, and the joint tests of stratum, week and stratum by week
"""
    + _fits("score ~ stratum * week", "long")
    + _JOINT.replace("{data}", "long"),
}


def _lines(plan: AnalysisPlan, used: int) -> dict[str, str]:
    """Analysis → its lines under the plan's rule for missing visits. Of three and more strata single weeks are compared as they were
    seen, under the mixed model too."""
    if plan.missing != "mixed":
        return LINES
    return LINES | {name: text for name, text in MIXED.items() if name != "between_strata" or used == 2}


def r_lines(cohort: Cohort, plan: AnalysisPlan) -> str:
    """A script that gives the main numbers of ``plan`` again, from the file of :func:`r_data`."""
    included = plan.included(cohort)
    strata = plan.strata(included)
    week = plan.at_week(included)
    level = f"{plan.level:g}"
    words = {
        "{w}": str(week),
        "{weeks}": ", ".join(map(str, included.followup_weeks)),
        "{level}": level,
        "{adjust}": {"bh": "BH"}.get(plan.multiplicity, plan.multiplicity),
    }
    used = [lv for lv, n in zip(strata.levels, strata.counts, strict=True) if n]
    shown = ", ".join(_quoted(lv) for lv in used) or '"everyone"'
    out = [f"# {plan.endpoint} at week {week}; one row per patient", _START.format(data=DATA, levels=shown)]
    for name, text in _lines(plan, len(used)).items():
        if name in ("responders_between", "between_strata", "mixed_anova") and len(used) < 2:
            continue
        for mark, word in words.items():
            text = text.replace(mark, word)
        out.append(text)
    return "\n".join(out)


def r_data(cohort: Cohort, plan: AnalysisPlan) -> bytes:
    """One row an included patient: patient, stratum, score_w0 … (missing visits as the plan's rule fills them), response (1, 0 or
    empty) as the plan defines it."""
    included = plan.included(cohort)
    strata = plan.strata(included)
    codes = strata.codes
    response = responses(included, endpoint(plan.endpoint), plan.missing)[0][:, included.column_index(plan.at_week(included))]
    frame = pd.DataFrame({"patient": included.salt.index.to_numpy()})
    frame["stratum"] = [strata.levels[c] if c >= 0 else ("" if strata.levels else "everyone") for c in codes]
    scores, _ = filled(included, plan.missing)
    for j, week in enumerate(included.weeks):
        frame[f"score_w{week}"] = scores[:, j]
    frame["response"] = np.asarray(response, dtype=float)
    return csv(frame)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def frame_of(data: bytes) -> pd.DataFrame:
    """What :func:`r_data` wrote, read again."""
    return pd.read_csv(io.BytesIO(data), encoding="utf-8-sig", keep_default_na=False, na_values=[""])
