"""A small made-up export with the faults that clinics' files have, for trying and teaching the intake."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

N = 24
HEADER = (
    " Pat. No ",
    "Date of birth",
    "Sex (m/f)",
    "Age ",
    "AA type",
    "Dis. duration (y)",
    "SALT baseline",
    "SALT wk 8",
    "salt_W12",
    "Week 16",
    "SALT  24 wks",
    "SALT W36 ",
    "Remarks",
    "synthetic",
)
SEX = ("m", "F", "female", "M", "f ", "Male", "f", "m")
TYPES = ("patchy", "AU", "Universalis", "patchy ", "ophiasis", "Alopecia totalis", "AT", "Patchy", "", "diffuse")
#: Spreadsheet row (the header is row 1) and column → what stands there instead of the number drawn.
FAULTS = {
    (4, "SALT wk 8"): "140",
    (6, "Week 16"): "sixty",
    (8, "SALT W36 "): "n.d.",
    (9, "SALT  24 wks"): "-",
    (10, "salt_W12"): "35 %",
    (13, "SALT wk 8"): "-5",
    (15, "SALT baseline"): "",
    (17, "Week 16"): "<5",
    (19, "SALT W36 "): "lost to follow up",
    (21, "Age "): "34 y",
    (22, "Dis. duration (y)"): "18 months",
}


def make_ugly(rng: np.random.RandomState) -> bytes:
    """The file as bytes: byte order mark, semicolons, decimal commas, CRLF, a patient twice, an empty last row."""
    rows = [_patient(rng, i) for i in range(N)]
    again = list(rows[10])
    again[HEADER.index("SALT W36 ")], again[HEADER.index("Remarks")] = "3,5", "corrected?"
    rows.insert(12, again)
    for (row, column), text in FAULTS.items():
        rows[row - 2][HEADER.index(column)] = text
    rows.append([""] * len(HEADER))
    lines = [";".join(cells) for cells in [list(HEADER), *rows]]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode("utf-8")


def _patient(rng: np.random.RandomState, i: int) -> list[str]:
    age = rng.randint(19, 66)
    born = f"{rng.randint(1, 29):02d}.{rng.randint(1, 13):02d}.{2024 - age}"
    baseline = 100.0 if rng.uniform() < 0.3 else rng.uniform(25, 97)
    pace = rng.normal(0, 1.3)
    visits = [baseline * expit(2.6 - pace - 0.13 * week + rng.normal(0, 0.2)) for week in (8, 12, 16, 24, 36)]
    numbers = [f"{value:.1f}".replace(".", ",") for value in [rng.uniform(0.5, 20), baseline, *visits]]
    return [str(i + 1), born, SEX[i % len(SEX)], str(age), TYPES[i % len(TYPES)], *numbers, "", "synthetic"]
