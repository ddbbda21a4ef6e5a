"""The command line: ``check`` says what would be read, ``analyse`` writes every number, ``report`` a document or a bundle,
``compare`` says which numbers differ between two files of results.

Exit status 0 when the file can be analysed, 2 when it is refused; the reason then stands in one paragraph on standard
error.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from aadash.cli_file import add_choices, cohort_of, may_overwrite, read_file, refused, text_of
from aadash.errors import AadashError, IntakeError, PlanError, ReportError
from aadash.plan import AnalysisPlan

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
    analyse.set_defaults(run=_analyse)
    report = commands.add_parser("report", help="write a report: Word, web page, PDF, or a bundle of everything")
    add_choices(report)
    report.add_argument("--plan", type=Path, help="a plan as JSON; the default plan without it")
    report.add_argument("--out", type=Path, required=True, help="the file to write: .docx, .html, .pdf or .zip")
    report.add_argument("--sections", help="sections in order, separated by commas; the usual ones without it")
    report.add_argument("--title", default="", help="the title of the report")
    report.add_argument("--limit", type=int, help="how many tables and figures the journal allows")
    report.add_argument("--stamp", help="the time that the file states, such as 2026-01-31T12:00; now without it")
    report.add_argument("--with-data", action="store_true", help="put the patients' data into the bundle")
    report.set_defaults(run=_report)
    compare = commands.add_parser("compare", help="say which numbers differ between two results.json")
    compare.add_argument("file", type=Path, help="the older results.json")
    compare.add_argument("new", type=Path, help="the newer results.json")
    compare.add_argument("--out", type=Path, help="a .csv for every number that differs")
    compare.set_defaults(run=_compare)
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
        print(_told(args.file.name, told))
    return 0


def _told(name: str, told: dict[str, Any]) -> str:
    lines = [f"{name}: {told['patients']} patients, SALT at weeks {', '.join(map(str, told['weeks']))}"]
    lines += [told["account"]["sentence"]] if "account" in told else []
    lines += ["Columns:"]
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
    plan, notes = AnalysisPlan.from_json(text_of(file))
    for note in notes:
        print(note, file=sys.stderr)
    return plan


def _cohort_and_plan(args: argparse.Namespace) -> tuple[Any, AnalysisPlan]:
    """The cohort of ``args.file`` and the plan as far as the cohort allows it; what was left out goes to standard error."""
    cohort = cohort_of(args)
    plan, notes = _plan(args.plan).resolved_for(cohort)
    for note in notes:
        print(note, file=sys.stderr)
    return cohort, plan


def _analyse(args: argparse.Namespace) -> int:
    from aadash.analyses.registry import PROMPT, answers
    from aadash.report.files import account_json, ard_json, csv
    from aadash.report.folder import write_folder

    cohort, plan = _cohort_and_plan(args)
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
    may_overwrite(args, files)
    write_folder(args.out, files)
    for name, result in found.results.items():
        print(f"{name}: {result.sentence}")
    for name, why in found.reasons.items():
        print(f"{name}: not computed. {why}", file=sys.stderr)
    return 0


def _report(args: argparse.Namespace) -> int:
    from aadash.report.bundle import Extras, bundle
    from aadash.report.study import FORMATS, write_study, writer_for
    from aadash.views import context_for
    from aadash.views.study import Choices, named

    kind = args.out.suffix.lower().lstrip(".")
    if kind not in (*FORMATS, "zip"):
        raise ReportError(f"A report cannot be written as “{args.out.name}”", expected=", ".join(f".{k}" for k in (*FORMATS, "zip")))
    stamp = _stamp(args.stamp)
    choices = Choices(named(args.sections), {}, args.title, args.limit)
    cohort, plan = _cohort_and_plan(args)
    context = context_for(cohort, plan, _memory())

    def told(share: float, what: str) -> None:
        print(f"{100 * share:3.0f} %  {what}", file=sys.stderr)

    if kind == "zip":
        made = bundle(context, choices, stamp=stamp, extras=Extras(with_data=args.with_data), progress=told)
    else:
        made, _ = write_study(context, choices, writer_for(kind, stamp), progress=told)
    args.out.write_bytes(made)
    print(f"{args.out}: {len(made) / 1e6:.1f} MB")
    return 0


def _stamp(text: str | None) -> datetime:
    if text is None:
        return datetime.now()
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ReportError(f"{text!r} is no time", expected="a time such as 2026-01-31T12:00") from error


def _memory() -> Callable[..., Any]:
    """Ask an analysis once for each plan and set of options."""
    from aadash.analyses.registry import REGISTRY

    kept: dict[str, Any] = {}

    def ask(name: str, cohort: Any, plan: AnalysisPlan, **options: Any) -> Any:
        key = f"{name}{plan.to_json()}{sorted((k, repr(v)) for k, v in options.items())}"
        if key not in kept:
            kept[key] = REGISTRY[name].function(cohort, plan, **options)
        return kept[key]

    return ask


def _compare(args: argparse.Namespace) -> int:
    from aadash.report.compare import compare, read_results, summary
    from aadash.report.files import csv

    old, new = (read_results(f.read_text(encoding="utf-8-sig"), f.name) for f in (args.file, args.new))
    changes = compare(old, new)
    print(summary(changes, max(len(old), len(new))))
    if args.out is not None:
        args.out.write_bytes(csv(changes))
    elif len(changes):
        print(changes.head(20).to_string(index=False))
    return 0
