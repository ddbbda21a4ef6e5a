"""The command line: ``check`` says what would be read, ``analyse`` writes every number, ``report`` a document or a bundle,
``compare`` says which numbers differ between two files of results, ``papercheck`` whether a printed table's numbers fit each other.

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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aadash.cli_file import add_choices, cohort_and_plan, read_file, refused
from aadash.cli_papercheck import add_papercheck
from aadash.cli_report import add_compare, add_report
from aadash.cli_summaries import add_engine, add_summaries, analyse_registry
from aadash.cli_written import print_answers, write_answers
from aadash.errors import AadashError, IntakeError
from aadash.formatting import counted

if TYPE_CHECKING:
    from aadash.intake import Reading

REFUSED = 2


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
    add_choices(check)
    check.add_argument("--json", action="store_true", help="as JSON, every SALT value included")
    check.set_defaults(run=_check)
    analyse = commands.add_parser("analyse", aliases=["analyze"], help="write every number of every analysis")
    add_choices(analyse)
    analyse.add_argument("--plan", type=Path, help="a plan as JSON; the default plan without it")
    analyse.add_argument("--out", type=Path, required=True, help="the folder to write to; made if it is not there")
    analyse.add_argument("--overwrite", action="store_true", help="replace other results in that folder without asking")
    analyse.add_argument("--resampling", action="store_true", help="with what draws the patients again and takes some seconds")
    add_engine(analyse)
    analyse.set_defaults(run=_analyse)
    add_report(commands)
    add_compare(commands)
    add_papercheck(commands)
    add_summaries(commands)
    return parser


def _check(args: argparse.Namespace) -> int:
    reading = read_file(args)
    if reading.draft is None:
        raise refused(reading)
    told: dict[str, Any] = reading.to_check()
    if args.json:
        unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf8")
        print(json.dumps(told, ensure_ascii=not unicode, indent=1 if told["patients"] <= 1000 else None))
    else:
        print(_in_words(args.file.name, told, reading))
    return 0


def _in_words(name: str, told: dict[str, Any], reading: Reading) -> str:
    cohort, weeks = reading.accepted(), told["weeks"]
    at = f"week{'s' * (len(weeks) != 1)} {', '.join(map(str, weeks))}"
    lines = [f"{name}: {counted(told['patients'], 'patient')}, {cohort.score} at {at}"]
    lines += [told["account"]["sentence"]] if "account" in told else []
    lines += ["Columns:"]
    lines += [f"  {role}: {column}" for role, column in told["columns"].items()]
    facts = [g.column for g in reading.columns if g.role == "fact" and g.column in cohort.patients]
    before = [f for f in facts if f in cohort.baseline_columns and not cohort.reads_as_event(f)]
    for title, names in (("Baseline facts", before), ("Known after the first dose", [f for f in facts if f not in before])):
        if names:
            lines.append(f"{title}: {', '.join(map(str, names))}")
    if told["unused"]:
        lines.append("Not used: " + ", ".join(map(str, told["unused"])))
    for p in told["problems"]:
        some, more = p["rows"][:10], " …" if len(p["rows"]) > 10 else ""
        rows = f", {'row' if len(some) == 1 else 'rows'} {', '.join(map(str, some))}{more}" if some else ""
        where = f" ({p['column']}{rows})" if p["column"] else ""
        sheet = f"{p['table']}: " if p.get("table") and repr(p["table"]) not in p["message"] else ""
        lines.append(f"{p['level'].capitalize()}{where}: {sheet}{p['message']}")
    return "\n".join(lines)


def _analyse(args: argparse.Namespace) -> int:
    from aadash.analyses.registry import PROMPT, answers

    if args.engine:
        return analyse_registry(args)
    cohort, plan = cohort_and_plan(args)
    found = answers(cohort, plan, (*PROMPT, "long") if args.resampling else PROMPT)
    if not found.results:
        raise IntakeError(f"Nothing can be computed from this cohort. {next(iter(found.reasons.values()), '')}", file=args.file.name)
    write_answers(args, found, plan)
    print_answers(found)
    return 0
