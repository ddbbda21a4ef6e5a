"""A file on the command line: the choices about it, its plan, what is refused and what is undecided."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from aadash.endpoints import offered
from aadash.errors import IntakeError, PlanError
from aadash.opening import opening_plan
from aadash.plan import AnalysisPlan
from aadash.strata import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aadash.cohort import Cohort
    from aadash.intake import ColumnMapping, Issue, Reading

#: What a note says of a plan's entry that a screen goes on without.
_INSTEAD = re.compile(r"; [^;]*$|, so no column is taken[^,]*$| and was left out\.$")
#: Bytes of a file of choices, and causes named beside a refusal.
SMALL_FILE, SHOWN_CAUSES = 10_000_000, 4


@dataclass(frozen=True)
class Settled:
    """What an earlier bundle says about how its file was read, and its plan (None without one); choices on the command line go before
    it."""

    mapping: str = ""
    decisions: str = ""
    sheet: str | None = None
    plan: AnalysisPlan | None = None


def add_choices(command: argparse.ArgumentParser) -> None:
    """The file, and what the screen would ask about it."""
    command.add_argument("file", type=lambda text: text if "://" in text else Path(text))  # a path would make one slash of two
    command.add_argument("--sheet", help="the sheet of a workbook to read; without it all, joined on the patient code")
    command.add_argument("--mapping", type=Path, metavar="FILE", help="a column mapping that the app saved")
    command.add_argument("--dates", choices=("dmy", "mdy", "ymd"), help="the order of day, month and year in dates")
    command.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="ROLE=NAME",
        help='what a column is: id=Code, salt_w0="Baseline SALT", salt_w12="M3", sex=Gender; may be given several times',
    )
    command.add_argument("--decide", type=Path, metavar="FILE", help="decisions about the file as JSON")


def read_file(args: argparse.Namespace) -> Reading:
    """The file as it was understood with the choices on the command line. Raises IntakeError."""
    from aadash.intake import Decisions
    from aadash.intake.isolated import read_isolated

    if isinstance(args.file, str):
        raise IntakeError("An address is no file", expected="a file, or an address with --engine duckdb")
    if not args.file.exists():
        raise IntakeError("There is no such file", file=str(args.file), fix="Check the path")
    settled: Settled = getattr(args, "settled", Settled())
    mapping, given = mapping_of(args), [_column(c) for c in args.column]
    decided = text_of(args.decide) if args.decide else settled.decisions
    decisions = Decisions.from_json(decided) if decided else None
    reading = read_isolated(args.file, name=args.file.name, sheet=args.sheet or settled.sheet, mapping=mapping, decisions=decisions)
    if args.sheet and reading.sheets and args.sheet not in reading.sheets:
        raise IntakeError(f"There is no sheet {args.sheet!r}, which --sheet names", file=args.file.name, fix="Leave --sheet out")
    known = {g.column for g in reading.columns}
    for name, _, _ in given:
        if name not in known:
            raise IntakeError(
                f"There is no column {name!r}, which --column names",
                file=args.file.name,
                expected="one of " + ", ".join(sorted(known)),
            )
    sexes = {g.column: dict(g.values) for g in reading.columns if g.role == "sex" and _of_two(dict(g.values))}
    if not sexes:
        return reading
    for name, words in sexes.items():
        mapping = mapping.with_column(name, "sex", None, {**_values(mapping, name), **words})
    again = read_isolated(args.file, name=args.file.name, sheet=args.sheet or settled.sheet, mapping=mapping, decisions=decisions)
    return replace(again, problems=(*again.problems, *(_one_sex(name, words) for name, words in sexes.items())))


def _values(mapping: ColumnMapping, column: str) -> Mapping[str, str]:
    """The names that a mapping gives to a column's values."""
    return mapping.columns[column].values if column in mapping.columns else {}


def _of_two(words: Mapping[str, str]) -> bool:
    """Whether words, and no codes, are proposed to be two sexes."""
    return bool(words) and set(words.values()) <= {"male", "female"} and not any(w.isdigit() for w in words)


def _one_sex(column: str, words: Mapping[str, str]) -> Issue:
    """Tells which words were read as one sex, where nobody can be asked."""
    from aadash.intake import Issue

    shown = "; ".join(
        f"{', '.join(repr(a) for a, b in words.items() if b == name)} as {name!r}" for name in dict.fromkeys(words.values())
    )
    text = f"Column {column!r} writes a sex in several ways; read {shown}. A saved mapping may say otherwise."
    return Issue("warning", column, (), text, "one_sex")


def mapping_of(args: argparse.Namespace) -> ColumnMapping:
    """What the choices on the command line say of the columns."""
    from aadash.intake import ColumnMapping

    settled: Settled = getattr(args, "settled", Settled())
    mapping = ColumnMapping.from_json(text_of(args.mapping) if args.mapping else settled.mapping or ColumnMapping().to_json())
    if args.dates:
        mapping = replace(mapping, date_order=args.dates)
    for name, role, week in map(_column, args.column):
        mapping = mapping.with_column(name, role, week)
    return mapping


def text_of(file: Path) -> str:
    """A small file as text, in whatever encoding an editor saved it. Raises IntakeError, OSError."""
    from aadash.intake.read.decode import decode

    data = file.read_bytes()
    if len(data) > SMALL_FILE:
        raise IntakeError(f"The file has {len(data):,} bytes, far more than choices take", file=file.name, fix="Check the path")
    return decode(data, file.name)[0]


def _column(text: str) -> tuple[str, str, int | None]:
    """(column, role, week) of ROLE=NAME. Raises IntakeError."""
    from aadash.intake import ALL_ROLES

    said, equals, name = text.partition("=")
    role, _, week = said.partition("_w")
    if role not in ALL_ROLES or (week and not (week.isascii() and week.isdigit() and len(week) < 5)):
        role, week = said, ""
    if not equals or not name or role not in ALL_ROLES:
        raise IntakeError(
            f"--column {text!r} is not understood",
            expected="ROLE=NAME, such as id=Code or salt_w12=M3; roles are " + ", ".join(ALL_ROLES),
        )
    return name, role, int(week) if week else None


def cohort_of(args: argparse.Namespace) -> Cohort:
    """The cohort in the file, and what was decided about it on standard error. Raises IntakeError while something is open."""
    from aadash.intake import Decisions

    reading = read_file(args)
    if args.decide:
        for key in Decisions.from_json(text_of(args.decide)).unused(reading.problems):
            print(f"{args.decide.name}: the decision “{key}” answers nothing that is asked about {reading.name}.", file=sys.stderr)
    if reading.draft is None:
        raise refused(reading)
    if reading.unanswered:
        raise undecided(reading)
    for problem in reading.problems:
        if problem.code in ("one_sex", "spellings"):
            print(problem.told, file=sys.stderr)
        if problem.level == "error":
            how = "Decided row by row." if problem.decided == "by row" else f"Decided: {problem.decided}."
            said = how if problem.decided else "Not decided, so it is left out."
            print(f"{problem.told} {said}", file=sys.stderr)
    return reading.accepted()


def cohort_and_plan(args: argparse.Namespace) -> tuple[Cohort, AnalysisPlan]:
    """The cohort of ``args.file``, and :func:`plan_for` it."""
    cohort = cohort_of(args)
    return cohort, plan_for(args, cohort)


def plan_for(args: argparse.Namespace, cohort: Cohort) -> AnalysisPlan:
    """The plan as ``cohort`` allows it. What an earlier bundle's plan lacks here goes to standard error; a plan of ``--plan`` is
    carried out as it is written or, with PlanError, not at all: nobody reads on a screen what took the place of an entry."""
    plan = plan_of(args)
    fitted, notes = plan.resolved_for(cohort)
    if args.plan is not None:
        usual = AnalysisPlan(measure=fitted.measure).resolved_for(cohort)[1]  # said of the cohort, whatever the plan
        lost = [note for note in notes if note not in usual]
        if lost:
            raise _not_carried_out(args.plan.name, lost, "; ".join(_there_are(plan, fitted, cohort)))
    elif getattr(args, "settled", Settled()).plan is None:  # nobody chose: what the browser opens on
        fitted, said = opening_plan(cohort, fitted)
        notes = [*notes, *said]
    for note in notes:
        print(note, file=sys.stderr)
    return fitted


def plan_of(args: argparse.Namespace) -> AnalysisPlan:
    """The plan of ``--plan``, that of what is made again, or the default one. Raises PlanError for an entry that is none."""
    if args.plan is None:
        return getattr(args, "settled", Settled()).plan or AnalysisPlan()
    if not args.plan.exists():
        raise PlanError("There is no such plan", file=str(args.plan), fix="Check the path")
    plan, notes = AnalysisPlan.from_json(text_of(args.plan))
    if notes:
        raise _not_carried_out(args.plan.name, notes)
    return plan


def _not_carried_out(name: str, notes: list[str], expected: str = "") -> PlanError:
    """Why a plan is not carried out: each reason, without what a screen would put in the place of the entry."""
    reasons = " ".join(_INSTEAD.sub("", note).rstrip(".") + "." for note in notes)
    return PlanError(f"Nothing was computed: {reasons}", file=name, expected=expected, fix="Correct the plan, or leave the entry out")


def _there_are(plan: AnalysisPlan, fitted: AnalysisPlan, cohort: Cohort) -> list[str]:
    """What the cohort has of each kind of entry that was lost."""
    one = fitted.measured(cohort)
    there = {
        "measure": ("measures", cohort.analysable),
        "endpoint": (f"endpoints of {one.score}", offered(one.measure)),
        "week": ("weeks", one.followup_weeks or one.weeks),
        "stratifier": ("splits", (*BUILT_IN, *one.patients.columns)),
    }
    named = plan.named_for(cohort)
    return [
        f"{kind} are {', '.join(map(str, names))}"
        for field, (kind, names) in there.items()
        if getattr(fitted, field) not in (getattr(plan, field), getattr(named, field))
    ]


def refused(reading: Reading) -> IntakeError:
    """The refusal of a file, with what else was seen in it, as far as that may be the cause."""
    if any(p.actions and p.message in reading.refusal for p in reading.open_problems):
        return undecided(reading)
    seen = [p.message for p in reading.problems if p.level != "note" and p.message not in reading.refusal]
    more = (" Seen in the file: " + " ".join(seen[:SHOWN_CAUSES])) if seen else ""
    fix = "Say what a column is with --column ROLE=NAME" if "column" in reading.refusal.lower() else ""
    return IntakeError((reading.refusal or "This file cannot be read as a cohort") + more, file=reading.name, fix=fix)


def undecided(reading: Reading) -> IntakeError:
    """The refusal of a file about which there is something to decide: each question, its key, and the answers it takes."""
    questions = []
    problems = sorted(reading.open_problems, key=lambda p: p.message not in reading.refusal)  # what stops the reading first
    for p in problems:
        answers = (
            " or ".join('"value 47"' if a == "value" else f'"{a}"' for a in p.actions) or "nothing can be decided: correct the file"
        )
        dates = " (or --dates dmy, mdy, ymd)" if p.code == "date_order" else ""
        questions.append(f"[{p.key}] {p.told} Answers: {answers}{dates}.")
    n, first = len(questions), next((p for p in problems if p.actions), None)
    example = json.dumps({"actions": {first.key: first.actions[0]} if first else {}}, ensure_ascii=False)
    return IntakeError(
        f"{n} thing{'s' * (n != 1)} to decide before anything is computed:"
        + "".join(f"\n  {one}" for one in questions)
        + f"\nWrite the answers to a file such as {example} and pass it as --decide FILE, or correct the file",
        file=reading.name,
    )
