"""Damaged and nonsensical files: either they are read, or one of our own errors says why not. Nothing else surfaces."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aadash.errors import AadashError
from aadash.intake import Decisions, export_csv, read

FILES = Path(__file__).parent.parent / "intake_corpus" / "files"
SEEDS = sorted(p for p in FILES.rglob("*") if p.is_file() and not p.name.endswith(".expected.json") and p.stat().st_size < 40_000)
#: What gets into cells by accident.
TOKENS = [
    b"",
    b",",
    b";",
    b"\t",
    b'"',
    b"\n",
    b"\r",
    b"\x00",
    b"-1",
    b"1e308",
    b"NaN",
    b"140",
    b"sixty",
    b"<5",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    "주".encode(),
    "１".encode(),
    b"SALT",
    b"W12",
    b"baseline",
    b"ID",
    b"2024-02-30",
    b"31/12/99",
    b"=1+1",
    b"#REF!",
    b"week",
    b"% change",
    b"x" * 300,
    b"\xb1\xe8",
]


def attempt(data: bytes, name: str, answers: Sequence[str] = ("missing", "exclude")) -> None:
    """Read, decide everything, export, read again: only AadashError may come."""
    try:
        reading = read(data, name=name)
        if reading.draft is None:
            assert reading.refusal
        else:
            reading.to_check()
        for on_bad_value in answers:
            decided = read(data, name=name, mapping=reading.mapping, decisions=Decisions(on_bad_value=on_bad_value))
            if decided.cohort is not None:
                again = read(export_csv(decided.cohort))
                assert again.cohort is not None
                assert again.cohort.fingerprint == decided.cohort.fingerprint
    except AadashError as error:
        assert str(error)


def mutate(data: bytes, rng: random.Random) -> bytes:
    """A few small accidents."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randint(0, len(out))
        kind = rng.random()
        if kind < 0.4:
            out[at:at] = rng.choice(TOKENS)
        elif kind < 0.6 and out:
            out[min(at, len(out) - 1)] = rng.randrange(256)
        elif kind < 0.8:
            del out[at : at + rng.randint(1, 30)]
        else:
            piece = bytes(out[at : at + rng.randint(1, 80)])
            out[at:at] = piece * rng.randint(1, 3)
    return bytes(out)


@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.name)
def test_damaged_corpus(path: Path) -> None:
    rng = random.Random(path.name)
    for answer in ("missing", "exclude"):
        attempt(mutate(path.read_bytes(), rng), path.name, [answer])


CELL = st.sampled_from(
    [
        "",
        "ID",
        "SALT",
        "W12",
        "Week 4",
        "baseline",
        "date",
        "visit",
        "week",
        "Sex",
        "top",
        "back",
        "left",
        "right",
        "0",
        "12",
        "80",
        "100",
        "140",
        "P1",
        "P2",
        "M",
        "2024-01-05",
        "05/06/24",
        "n/a",
        "<5",
        "62,5",
        "１２",
        "mean",
        "12주",
        "V2",
        "3개월",
        "name",
        "SALT_W0",
        "SALT_W12",
        "010-1234-5678",
        "first dose",
        "PARAMCD",
        "* note",
    ]
) | st.text(max_size=6)


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELL, max_size=7), max_size=9), st.sampled_from([",", ";", "\t", "|"]))
def test_tables_of_nonsense(rows: list[list[str]], delimiter: str) -> None:
    attempt("\n".join(delimiter.join(r) for r in rows).encode("utf-8", "replace"), "nonsense.csv")


@settings(max_examples=120, deadline=None, derandomize=True)
@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"$FL2",
            b"PAR1",
            b"\x1f\x8b",
            b"<table>",
            b"\xff\xfe",
            b"HEADER RECORD*******",
            b"<stata_dta>",
            b"# AAdash cohort {",
            b"sep=;\n",
        ]
    ),
)
def test_bytes_of_nonsense(data: bytes, start: bytes) -> None:
    attempt(start + data, "nonsense")
