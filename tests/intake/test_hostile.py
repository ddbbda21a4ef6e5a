"""Files made to do harm, and damaged ones of every format: read, or refused in one sentence; nothing else ever happens."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from aadash.cli import REFUSED, main
from aadash.errors import AadashError
from aadash.intake.isolated import POOL, read_isolated
from tests.intake_corpus.writers import xls

from .amplifiers import AMPLIFIERS
from .test_fuzz import SEEDS, mutate

HOSTILE = sorted((Path(__file__).parent / "hostile").iterdir())
#: How a file is refused that was not seen through before it was read: its reading took too much, or ended the process.
UNSEEN = "This file could not be read"
#: One seed of each format is damaged so often.
FORMATS = {p.suffix: p for p in reversed(SEEDS) if p.suffix not in (".csv", ".tsv", ".json")}
TIMES = 6
HERE = Path(__file__).parent
#: Formats that the corpus lacks, and the files of clinics; damaged, a workbook can ask for any memory, so only in another process.
FURTHER = [
    p for d in ("intake_cases", "intake_clinics") for p in (HERE.parent / d).iterdir() if p.suffix not in (".json", ".md", ".py")
]
FURTHER = sorted(p for p in [*FURTHER, *(HERE / "rds").glob("*.rds"), HERE / "hostile" / "far.xlsb"] if p.is_file())


@pytest.mark.parametrize("path", HOSTILE, ids=lambda p: p.name)
def test_a_hostile_file_is_seen_through(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    status = main(["check", str(path)])
    said = capfd.readouterr()
    assert status in (0, REFUSED)
    if status == REFUSED:
        assert said.out == ""
        assert said.err.startswith(f"{path.name}: ")
        assert all(line.startswith(("  [", "Write the answers")) for line in said.err.splitlines()[1:]), "a line for each question"
    assert UNSEEN not in said.err
    assert "Traceback" not in said.err + said.out


@pytest.mark.parametrize("make", AMPLIFIERS, ids=lambda m: m.__name__.strip("_"))
@pytest.mark.parametrize("seed", range(4))
def test_what_is_small_and_becomes_large_is_seen_through(make: object, seed: int) -> None:
    name, data = make(random.Random(seed))  # type: ignore[operator]
    try:
        read_isolated(data, name=name)
    except AadashError as error:
        assert UNSEEN not in str(error)


@pytest.mark.parametrize("every", [65535, 30])
def test_an_old_workbook_of_few_cells_far_apart_costs_little(every: int) -> None:
    """65,536 rows by 256 columns in 40 kB: refused within the first limit of memory, or read; never for long."""
    table: list[list[object]] = [["ID", "SALT_W0", "SALT_W12"], *([f"P{i}", 80, 40] for i in range(10))]
    rows = table + [[""] * 255 + ["x"] if i % every == 0 else [] for i in range(len(table), 65536)]
    start = time.process_time() + sum(w.seconds() for w in POOL.waiting())
    try:
        assert len(read_isolated(xls("S", rows), name="far.xls").accepted()) == 10
    except AadashError as error:
        assert str(error).startswith("far.xls: ")
    assert time.process_time() + sum(w.seconds() for w in POOL.waiting()) - start < 5


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_a_damaged_file_of_any_format_is_read_or_refused(suffix: str, capfd: pytest.CaptureFixture[str]) -> None:
    rng, data = random.Random(suffix), FORMATS[suffix].read_bytes()
    for _ in range(TIMES):
        try:
            read_isolated(mutate(data, rng), name="damaged" + suffix)
        except AadashError as error:
            assert str(error).startswith("damaged")
    assert "".join(capfd.readouterr()) == ""


@pytest.mark.parametrize("path", FURTHER, ids=lambda p: p.name)
def test_a_damaged_file_of_a_clinic_is_read_or_refused(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rng, data = random.Random(path.name), path.read_bytes()
    for _ in range(2):
        try:
            read_isolated(mutate(data, rng), name="damaged" + path.suffix)
        except AadashError as error:
            assert str(error).startswith("damaged")
    assert "".join(capfd.readouterr()) == ""
