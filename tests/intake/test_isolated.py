"""Reading in another process: the same answer, limits that hold, and a death there that is a sentence here."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aadash.errors import IntakeError
from aadash.intake import ColumnMapping, Decisions, read
from aadash.intake.isolated import POOL, Limits, ReadingJob, job, read_isolated
from aadash.intake.isolated.pool import ROOT, Pool, Worker

FILES = ROOT / "tests" / "intake_corpus" / "files"
SMALL = b"code,sex,SALT_W0,SALT_W12\n0007,F,80,40\n0008,M,55,sixty\n0009,F,90,20\n"
#: Long to read and large in memory, as a few hundred kB of text are not.
LARGE = b"code,SALT_W0,SALT_W12\n" + b"".join(b"P%06d,80,40\n" % i for i in range(60_000))


def test_the_answer_is_that_of_reading_here() -> None:
    for source in (SMALL, SMALL.decode(), FILES / "clinic_sheet.xlsx", FILES / "spss.sav"):
        name = "clinic.csv" if isinstance(source, bytes) else ""
        here, there = read(source, name=name), read_isolated(source, name=name)
        assert there.summary() == here.summary()
        assert there.draft is not None and here.draft is not None
        assert there.draft.fingerprint == here.draft.fingerprint
        assert (there.name, there.problems, there.log, there.columns, there.unused) == (
            here.name,
            here.problems,
            here.log,
            here.columns,
            here.unused,
        )
        assert there.table.equals(here.table)


def test_mapping_decisions_and_several_files_go_along() -> None:
    mapping = ColumnMapping().with_column("SALT_W12", "unused")
    assert read_isolated(SMALL, name="a.csv", mapping=mapping).draft.weeks == (0,)  # type: ignore[union-attr]
    assert read_isolated(SMALL, name="a.csv", decisions=Decisions("missing")).ready
    both = read_isolated([("a.csv", SMALL), ("b.csv", b"code,age\n0007,30\n0008,40\n0009,50\n")])
    assert "age" in both.draft.patients  # type: ignore[union-attr]


def test_a_refusal_says_the_same() -> None:
    with pytest.raises(IntakeError) as here:
        read(b"%PDF-1.4", name="letter.pdf")
    with pytest.raises(IntakeError) as there:
        read_isolated(b"%PDF-1.4", name="letter.pdf")
    assert str(there.value) == str(here.value)
    assert (there.value.found, there.value.fix, there.value.file) == (here.value.found, here.value.fix, here.value.file)


def test_what_is_not_there_or_too_large_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="cannot be opened"):
        read_isolated(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(seconds=0.02), "takes longer"),
        (Limits(memory=1_000_000), "memory"),
        (Limits(answer=1000), "far more than a cohort"),
    ],
    ids=["time", "memory", "answer"],
)
def test_a_limit_is_a_sentence_and_the_next_file_is_read(limits: Limits, words: str) -> None:
    with pytest.raises(IntakeError) as told:
        ReadingJob(LARGE, name="large.csv", limits=limits).result()
    assert str(told.value).startswith("large.csv: This file could not be read: ")
    assert words in str(told.value)
    assert "Keep the rows and columns" in str(told.value)
    assert len(read_isolated(SMALL).draft) == 3  # type: ignore[arg-type]


def test_a_death_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Worker] = []
    take = POOL.take

    def doomed() -> Worker:
        taken.append(take())
        taken[-1].wait_until_ready()
        taken[-1].process.kill()
        return taken[-1]

    monkeypatch.setattr(POOL, "take", doomed)
    with pytest.raises(IntakeError, match=r"book\.xls: This file could not be read: .*Save it as \.csv"):
        read_isolated(SMALL, name="book.xls")
    assert taken[0].process.poll() is not None
    monkeypatch.undo()
    assert read_isolated(SMALL).draft is not None


def test_stopped_is_stopped() -> None:
    job = ReadingJob(LARGE, name="large.csv")
    job.stop()
    with pytest.raises(IntakeError, match="Reading was stopped"):
        job.result()


def test_many_at_once_each_get_their_own() -> None:
    jobs = [ReadingJob(b"code,SALT_W0,SALT_W12\n" + b"P%d,80,40\n" * 1 % i * 1, name=f"{i}.csv") for i in range(12)]
    for i, one in enumerate(jobs):
        assert list(one.result().draft.salt.index) == [f"P{i}"]  # type: ignore[union-attr]


def test_nothing_that_native_code_prints_is_seen(capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("far_squote.xlsx", "far.xlsb"):
        with pytest.raises(IntakeError):
            read_isolated(Path(__file__).parent / "hostile" / name)
    assert "".join(capfd.readouterr()) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_process_can_write_no_file_and_leaves_no_image(tmp_path: Path) -> None:
    program = (
        "import resource, sys; from aadash.intake.isolated.worker import _without_files; _without_files()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0], file=sys.stderr)\n"
        f"open({str(tmp_path / 'written')!r}, 'wb', buffering=0).write(b'x' * 10)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[0] == "0"
    assert "File too large" in done.stderr
    assert (tmp_path / "written").read_bytes() == b""


def test_more_is_allowed_for_a_file_that_is_large() -> None:
    small, large = Limits.of(1000), Limits.of(50_000_000)
    assert small.seconds < 10
    assert small.memory < 1.1 * 2**30
    assert large.seconds > 60
    assert large.memory > 2 * small.memory
    assert large.answer > 10 * small.answer


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """Processes as on a system without ``resource`` and ``fork``: only the parent's limits hold."""
    pool = Pool("tests.intake.without_system_limits")
    monkeypatch.setattr(job, "POOL", pool)
    for name in ("fork", "forkpty"):
        monkeypatch.delattr(os, name, raising=False)
    yield pool
    pool.close()


def test_files_are_read_where_there_is_neither_fork_nor_resource(elsewhere: Pool) -> None:
    for source in (SMALL, FILES / "clinic_sheet.xlsx", FILES / "spss.sav"):
        name = "clinic.csv" if isinstance(source, bytes) else ""
        here, there = read(source, name=name), read_isolated(source, name=name)
        assert there.draft is not None and here.draft is not None
        assert there.draft.fingerprint == here.draft.fingerprint
    assert len(elsewhere.waiting()) == 1
    with pytest.raises(IntakeError, match="PDF"):
        read_isolated(b"%PDF-1.4", name="letter.pdf")


@pytest.mark.parametrize(
    ("limits", "words"),
    [(Limits(seconds=0.02), "takes longer"), (Limits(memory=1_000_000), "memory"), (Limits(answer=1000), "far more than a cohort")],
    ids=["time", "memory", "answer"],
)
def test_limits_hold_without_those_of_the_system(elsewhere: Pool, limits: Limits, words: str) -> None:
    with pytest.raises(IntakeError, match=words):
        ReadingJob(LARGE, name="large.csv", limits=limits).result()
    assert read_isolated(SMALL).draft is not None


def test_a_hostile_file_is_a_sentence_there_as_well(elsewhere: Pool) -> None:
    with pytest.raises(IntakeError):
        read_isolated(Path(__file__).parent / "hostile" / "far_squote.xlsx")
    assert read_isolated(SMALL).draft is not None
