"""The Tohoku-like sample: 70 patients with severe alopecia areata, months 0, 3, 6 and 9, with every predictor.

Wada-Irimada M et al., "Predictive factors for treatment responses to baricitinib in severe alopecia areata", J Dermatol
2025;52:701-711, doi:10.1111/1346-8138.17641. Only its abstract was at hand: n, 41 % at SALT<=20, and the direction of
each predictor. Everything else is invented.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

N, RESPONDERS = 70, 29
#: Scheduled weeks of months 0, 3, 6 and 9.
WEEKS = (0, 13, 26, 39)
SUBTYPES = {"patchy": 21, "diffuse": 6, "ophiasis": 9, "totalis": 11, "universalis": 23}
#: Range of the baseline and of eyebrow and eyelash ClinRO (0 full, 3 none) in each subtype.
BASELINE = {"patchy": (50, 97), "diffuse": (52, 92), "ophiasis": (50, 84), "totalis": (88, 100), "universalis": (93, 100)}
CLINRO = {
    "patchy": (0.4, 0.35, 0.15, 0.1),
    "diffuse": (0.5, 0.3, 0.15, 0.05),
    "ophiasis": (0.45, 0.3, 0.15, 0.1),
    "totalis": (0.15, 0.25, 0.35, 0.25),
    "universalis": (0.0, 0.05, 0.25, 0.7),
}
#: So many reach SALT<=20 but not SALT75 (their baseline is low), and so many SALT75 but not SALT<=20 (theirs is high).
ONLY_20, ONLY_75 = 4, 3
#: The published directions, as weights of a score whose best 29 reach SALT<=20.
WEIGHTS = {"short": 2.6, "ivmp": 2.2, "low_baseline": 2.7, "female": 2.2}
SUBTYPE_SHIFT = {"patchy": 0.0, "diffuse": 0.3, "ophiasis": -2.6, "totalis": 0.5, "universalis": 0.6}


def make_tohoku(rng: np.random.RandomState) -> pd.DataFrame:
    """One row a patient: predictors and SALT at weeks 0, 13, 26 and 39."""
    subtype = rng.permutation(np.repeat(list(SUBTYPES), list(SUBTYPES.values())))
    low, high = np.array([BASELINE[s] for s in subtype], dtype=float).T
    baseline = np.round(low + (high - low) * rng.uniform(size=N) ** np.where(high == 100, 0.5, 1.2), 1)
    baseline[(high == 100) & (baseline > 98.0)] = 100.0
    duration = np.round(np.exp(rng.normal(np.log(4.6), 1.0, N)).clip(0.5, 32), 1)
    female = rng.uniform(size=N) < 0.6
    ivmp = rng.uniform(size=N) < 0.42
    age = np.round(rng.normal(40, 13, N).clip(16, 74)).astype(int)
    age = np.maximum(age, np.ceil(duration).astype(int) + 4)
    atopic = rng.uniform(size=N) < 0.33
    score = (
        WEIGHTS["short"] * (duration <= 4)
        + WEIGHTS["ivmp"] * ivmp
        + WEIGHTS["low_baseline"] * (baseline <= 95)
        + WEIGHTS["female"] * female
        + np.array([SUBTYPE_SHIFT[s] for s in subtype])
        + rng.logistic(0, 0.8, N)
    )
    salt = _visits(rng, baseline, score)
    table = {
        "sex": np.where(female, "female", "male"),
        "age": age,
        "aa_subtype": subtype,
        "disease_duration_years": duration,
        "atopic_dermatitis": np.where(atopic, "yes", "no"),
        "ivmp_history": np.where(ivmp, "yes", "no"),
        "eyebrow_clinro": _clinro(rng, subtype),
        "eyelash_clinro": _clinro(rng, subtype),
    }
    return pd.DataFrame(table | {f"salt_w{week}": salt[:, j] for j, week in enumerate(WEEKS)})


def _clinro(rng: np.random.RandomState, subtype: np.ndarray) -> np.ndarray:
    return np.array([rng.choice(4, p=CLINRO[s]) for s in subtype])


def _visits(rng: np.random.RandomState, baseline: np.ndarray, score: np.ndarray) -> np.ndarray:
    """SALT at each visit: the 29 best scores end at 20 or less, the others above, the better the score the lower."""
    rank = np.argsort(np.argsort(-score))
    responder = rank < RESPONDERS
    within = np.where(responder, rank / RESPONDERS, (rank - RESPONDERS) / (N - RESPONDERS))
    last = np.where(
        responder,
        20 * (within * rng.uniform(0.2, 0.98, N)) ** 1.6,
        20.3 + (baseline - 20.3) * expit(-1.1 + 3.6 * within + rng.normal(0, 0.6, N)),
    )
    last[responder & (rank < 6)] = 0.0
    last = _by_one_rule_only(baseline, rank, responder, last)
    final = np.round(np.minimum(last, baseline), 1)
    # How much of the whole fall has happened by months 3 and 6: earlier in those who respond well.
    early = expit(-1.3 + 0.9 * responder + rng.normal(0, 0.5, N))
    middle = expit(0.7 + 0.6 * responder + rng.normal(0, 0.5, N))
    share = np.column_stack([early, np.maximum(early, middle)])
    between = np.round(baseline[:, None] - share * (baseline - final)[:, None], 1)
    return np.column_stack([baseline, between, final])


def _by_one_rule_only(baseline: np.ndarray, rank: np.ndarray, responder: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Let the rules disagree as they do in a clinic: from a baseline of 60, SALT 17 is SALT<=20 but an improvement of 72 %; from 100,
    SALT 22 is an improvement of 78 % but not SALT<=20. Who reaches SALT<=20 stays the same, and no random number is drawn."""
    out = last.copy()
    low = np.flatnonzero(responder & (baseline < 76))
    for i, who in enumerate(low[np.argsort(-rank[low])][:ONLY_20]):
        out[who] = baseline[who] / 4 + 0.4 + (19.8 - baseline[who] / 4 - 0.4) * (i + 1) / (ONLY_20 + 1)
    high = np.flatnonzero(~responder & (baseline > 90))
    for i, who in enumerate(high[np.argsort(rank[high])][:ONLY_75]):
        out[who] = 20.6 + (baseline[who] / 4 - 0.5 - 20.6) * (i + 1) / (ONLY_75 + 1)
    return out
