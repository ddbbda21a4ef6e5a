"""The command line: ``check`` says what would be read, ``analyse`` writes every number.

Exit status 0 when the file can be analysed, 2 when it is refused; the reason then stands in one paragraph on standard
error.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aadash.errors import AadashError, IntakeError, PlanError
from aadash.plan import AnalysisPlan

if TYPE_CHECKING:
    from aadash.intake import Reading

REFUSED = 2
#: Bytes of a file of choices, and causes named beside a refusal.
SMALL_FILE, SHOWN_CAUSES = 10_000_000, 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    args = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):  # what is not in its encoding is written as an escape
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        status: int = args.run(args)
        sys.stdout.flush()
        return status
    except AadashError as error:
        print(error.paragraph(), file=sys.stderr)
    except BrokenPipeError:  # whoever reads what is printed has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        what = f"{error.filename}: cannot be used" if error.filename else "What was to be printed cannot be written"
        print(f"{what} ({error.strerror}). Check the path, or make room, and try again.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="aadash", description="Alopecia areata cohorts: read, check, analyse.")
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="say what would be read from a file")
    check.add_argument("--json", action="store_true", help="as JSON, every SALT value included")
    check.set_defaults(run=_check)
    analyse = commands.add_parser("analyse", aliases=["analyze"], help="write every number of every analysis")
    analyse.add_argument("--plan", type=Path, help="a plan as JSON; the default plan without it")
    analyse.add_argument("--out", type=Path, required=True, help="the folder to write to; made if it is not there")
    analyse.add_argument("--overwrite", action="store_true", help="replace other results in that folder without asking")
    analyse.add_argument("--resampling", action="store_true", help="with what draws the patients again and takes some seconds")
    analyse.set_defaults(run=_analyse)
    for command in (check, analyse):
        command.add_argument("file", type=Path)
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
    return parser


def _read(args: argparse.Namespace) -> Reading:
    """The file as it was understood with the choices on the command line. Raises IntakeError."""
    from aadash.intake import ColumnMapping, Decisions
    from aadash.intake.isolated import read_isolated

    if not args.file.exists():
        raise IntakeError("There is no such file", file=str(args.file), fix="Check the path")
    mapping = ColumnMapping.from_json(_text(args.mapping)) if args.mapping else ColumnMapping()
    if args.dates:
        mapping = replace(mapping, date_order=args.dates)
    given = [_column(c) for c in args.column]
    for name, role, week in given:
        mapping = mapping.with_column(name, role, week)
    decisions = Decisions.from_json(_text(args.decide)) if args.decide else None
    reading = read_isolated(args.file, name=args.file.name, sheet=args.sheet, mapping=mapping, decisions=decisions)
    known = {g.column for g in reading.columns}
    for name, _, _ in given:
        if name not in known:
            raise IntakeError(
                f"There is no column {name!r}, which --column names",
                file=args.file.name,
                expected="one of " + ", ".join(sorted(known)),
            )
    return reading


def _text(file: Path) -> str:
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


def _check(args: argparse.Namespace) -> int:
    reading = _read(args)
    if reading.draft is None:
        raise _refused(reading)
    told: dict[str, Any] = reading.to_check()
    if args.json:
        unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf8")
        print(json.dumps(told, ensure_ascii=not unicode, indent=1 if told["patients"] <= 1000 else None))
    else:
        print(_told(args.file.name, told))
    return 0


def _refused(reading: Reading) -> IntakeError:
    """The refusal of a file, with what else was seen in it, as far as that may be the cause."""
    seen = [p.message for p in reading.problems if p.level != "note" and p.message not in reading.refusal]
    more = (" Seen in the file: " + " ".join(seen[:SHOWN_CAUSES])) if seen else ""
    fix = "Say what a column is with --column ROLE=NAME" if "column" in reading.refusal.lower() else ""
    return IntakeError((reading.refusal or "This file cannot be read as a cohort") + more, file=reading.name, fix=fix)


def _told(name: str, told: dict[str, Any]) -> str:
    lines = [f"{name}: {told['patients']} patients, SALT at weeks {', '.join(map(str, told['weeks']))}", "Columns:"]
    lines += [f"  {role}: {column}" for role, column in told["columns"].items()]
    if told["unused"]:
        lines.append("Not used: " + ", ".join(map(str, told["unused"])))
    for p in told["problems"]:
        rows = f", rows {', '.join(map(str, p['rows'][:10]))}{' …' if len(p['rows']) > 10 else ''}" if p["rows"] else ""
        where = f" ({p['column']}{rows})" if p["column"] else ""
        lines.append(f"{p['level'].capitalize()}{where}: {p['message']}")
    return "\n".join(lines)


def _plan(file: Path | None) -> AnalysisPlan:
    if file is None:
        return AnalysisPlan()
    if not file.exists():
        raise PlanError("There is no such plan", file=str(file), fix="Check the path")
    plan, notes = AnalysisPlan.from_json(_text(file))
    for note in notes:
        print(note, file=sys.stderr)
    return plan


def _undecided(reading: Reading) -> IntakeError:
    """The refusal of a file about which there is something to decide: each question, its key, and the answers it takes."""
    questions = []
    for p in reading.open_problems:
        answers = " or ".join(f'"{a}"' for a in p.actions) or "nothing can be decided: correct the file"
        dates = " (or --dates dmy, mdy, ymd)" if p.code == "date_order" else ""
        questions.append(f"[{p.key}] {p.message} Answers: {answers}{dates}.")
    n, first = len(questions), next((p for p in reading.open_problems if p.actions), None)
    example = json.dumps({"actions": {first.key: first.actions[0]} if first else {}}, ensure_ascii=False)
    return IntakeError(
        f"{n} thing{'s' * (n != 1)} to decide before anything is computed. {' '.join(questions)}",
        file=reading.name,
        fix=f"Write the answers to a file such as {example} and pass it as --decide FILE, or correct the file",
    )


def _analyse(args: argparse.Namespace) -> int:
    from aadash.analyses.registry import PROMPT, answers
    from aadash.report.files import account_json, ard_json, csv
    from aadash.report.folder import write_folder

    reading = _read(args)
    if reading.draft is None:
        raise _refused(reading)
    if reading.cohort is None:
        raise _undecided(reading)
    cohort = reading.cohort
    for problem in reading.problems:
        if problem.level == "error":
            print(f"{problem.message} Decided: {problem.decided}.", file=sys.stderr)
    plan, notes = _plan(args.plan).resolved_for(cohort)
    for note in notes:
        print(note, file=sys.stderr)
    found = answers(cohort, plan, (*PROMPT, "long") if args.resampling else PROMPT)
    if not found.results:
        raise IntakeError(f"Nothing can be computed from this cohort. {next(iter(found.reasons.values()), '')}", file=args.file.name)
    texts = {
        "results.json": ard_json(found.results.values()),
        "account.json": account_json(found.results, found.reasons),
        "plan.json": plan.to_json(),
    }
    files = {name: text.encode("utf-8") for name, text in texts.items()}
    files |= {f"{name.replace(':', '_')}.csv": csv(result.table) for name, result in found.results.items()}
    _may_overwrite(args, files)
    write_folder(args.out, files)
    for name, result in found.results.items():
        print(f"{name}: {result.sentence}")
    for name, why in found.reasons.items():
        print(f"{name}: not computed. {why}", file=sys.stderr)
    return 0


def _may_overwrite(args: argparse.Namespace, files: dict[str, bytes]) -> None:
    """Ask before other results are replaced. Raises AadashError when the answer is no, or there is nobody to ask."""
    from aadash.report.folder import changed_by

    other = changed_by(args.out, files)
    if not other or args.overwrite:
        return
    what = f"{str(args.out)!r} holds other results ({', '.join(other[:4])}{' …' if len(other) > 4 else ''})"
    if sys.stdin is not None and sys.stdin.isatty():
        print(f"{what}. Replace them? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return
    raise AadashError(what, fix="Choose another folder, or pass --overwrite to replace them; nothing was written")
