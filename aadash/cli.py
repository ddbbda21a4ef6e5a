"""The command line: ``check`` says what would be read, ``analyse`` writes every number.

Exit status 0 when the file can be analysed, 2 when it is refused; the reason then stands in one paragraph on standard
error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aadash.errors import AadashError, IntakeError, PlanError
from aadash.plan import AnalysisPlan

REFUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    args = _parser().parse_args(arguments)
    try:
        return args.run(args)
    except AadashError as error:
        print(error.paragraph(), file=sys.stderr)
        return REFUSED
    except OSError as error:
        print(f"{error.filename or args.file}: cannot be used ({error.strerror}). Check the path and try again.", file=sys.stderr)
        return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="aadash", description="Alopecia areata cohorts: read, check, analyse.")
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="say what would be read from a file")
    check.add_argument("file", type=Path)
    check.add_argument("--json", action="store_true", help="as JSON, every SALT value included")
    check.set_defaults(run=_check)
    analyse = commands.add_parser("analyse", aliases=["analyze"], help="write every number of every analysis")
    analyse.add_argument("file", type=Path)
    analyse.add_argument("--plan", type=Path, help="a plan as JSON; the default plan without it")
    analyse.add_argument("--out", type=Path, required=True, help="the folder to write to; made if it is not there")
    analyse.add_argument("--resampling", action="store_true", help="with what draws the patients again and takes some seconds")
    analyse.set_defaults(run=_analyse)
    return parser


def _read(file: Path) -> Any:
    from aadash.intake.isolated import read_isolated

    if not file.exists():
        raise IntakeError("There is no such file", file=str(file), fix="Check the path")
    return read_isolated(file, name=file.name)


def _check(args: argparse.Namespace) -> int:
    reading = _read(args.file)
    told = reading.to_check()
    if args.json:
        print(json.dumps(told, ensure_ascii=False, indent=1 if told["patients"] <= 1000 else None))
    else:
        print(_told(args.file.name, told))
    if reading.draft is None:
        raise IntakeError(reading.refusal or "This file cannot be read as a cohort", file=args.file.name)
    return 0


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
    plan, notes = AnalysisPlan.from_json(file.read_text(encoding="utf-8-sig"))
    for note in notes:
        print(note, file=sys.stderr)
    return plan


def _analyse(args: argparse.Namespace) -> int:
    from aadash.analyses.registry import PROMPT, answers
    from aadash.report.files import account_json, ard_json, csv

    reading = _read(args.file)
    cohort = reading.cohort or reading.draft
    if cohort is None:
        raise IntakeError(reading.refusal or "This file cannot be read as a cohort", file=args.file.name)
    for problem in reading.problems:
        if problem.level == "error":
            print(f"{problem.message} Read as missing.", file=sys.stderr)
    plan, notes = _plan(args.plan).resolved_for(cohort)
    for note in notes:
        print(note, file=sys.stderr)
    found = answers(cohort, plan, (*PROMPT, "long") if args.resampling else PROMPT)
    if not found.results:
        raise IntakeError(f"Nothing can be computed from this cohort. {next(iter(found.reasons.values()), '')}", file=args.file.name)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "results.json").write_text(ard_json(found.results.values()), encoding="utf-8")
    (args.out / "account.json").write_text(account_json(found.results, found.reasons), encoding="utf-8")
    (args.out / "plan.json").write_text(plan.to_json(), encoding="utf-8")
    for name, result in found.results.items():
        (args.out / f"{name.replace(':', '_')}.csv").write_bytes(csv(result.table))
        print(f"{name}: {result.sentence}")
    for name, why in found.reasons.items():
        print(f"{name}: not computed. {why}", file=sys.stderr)
    return 0
