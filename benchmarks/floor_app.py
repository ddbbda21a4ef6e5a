"""The floor: the smallest honest Streamlit page, one select box and one chart of 117 patients at 6 visits."""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

CHOICES = ["sex", "dose", "age", "severity", "duration"]


@st.cache_data
def cohort(n: int = 117, visits: int = 6, seed: int = 1) -> pd.DataFrame:
    """Falling scores in long form, with five columns to split by."""
    rng = np.random.default_rng(seed)
    start, slope, visit = rng.uniform(50, 100, n), rng.normal(0.10, 0.08, n), np.arange(visits)
    score = np.clip(start[:, None] * (1 - slope[:, None] * visit) + rng.normal(0, 4, (n, visits)), 0, 100)
    facts = {name: np.repeat(rng.integers(0, 2, n), visits) for name in CHOICES}
    return pd.DataFrame(
        {
            "id": np.repeat(np.arange(n, dtype="int32"), visits),
            "visit": np.tile(visit.astype("int8"), n),
            "salt": score.ravel().round(1).astype("float32"),
            **facts,
        }
    )


choice = st.selectbox("Stratify by", CHOICES)
data = cohort()[["id", "visit", "salt", choice]].rename(columns={choice: "group"})
data["group"] = choice + "=" + data["group"].astype(str)
lines = alt.Chart(data, title=choice, height=400).mark_line(opacity=0.4)
score = alt.Y("salt:Q", scale=alt.Scale(domain=[0, 100]))
st.altair_chart(lines.encode(x="visit:Q", y=score, detail="id:N", color="group:N"))
