"""The command line's documents: ``report`` writes one, ``compare`` says which numbers differ between two."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from aadash.cli_file import Settled, add_choices, cohort_and_plan, text_of
from aadash.cli_written import may_write
from aadash.errors import ReportError
from aadash.formatting import size
from aadash.language import LANGUAGES, speak, speaking
from aadash.language.own import own_words
from aadash.plan import AnalysisPlan


def add_report(commands: Any) -> None:
    """``report FILE --out report.docx|html|pdf|zip``."""
    report = commands.add_parser("report", help="write a report: Word, web page, PDF, or a bundle of everything")
    add_choices(report)
    report.add_argument("--plan", type=Path, help="a plan as JSON; the default plan, or that of --again, without it")
    report.add_argument("--out", type=Path, required=True, help="the file to write: .docx, .html, .pdf or .zip")
    again = "make the report of this earlier bundle (.zip) again from FILE: its plan, sections, comments, columns and decisions"
    report.add_argument("--again", type=Path, metavar="BUNDLE", help=again + "; says which numbers changed")
    report.add_argument("--changes", type=Path, metavar="CSV", help="with --again: a .csv for every number that changed")
    report.add_argument("--sections", help="sections in order, separated by commas; the usual ones without it")
    report.add_argument("--title", help="the title of the report")
    report.add_argument("--limit", type=int, help="how many tables and figures the journal allows; 0 for no limit")
    report.add_argument("--stamp", help="the time that the file states, such as 2026-01-31T12:00; now without it")
    report.add_argument("--with-data", action="store_true", help="put the patients' data, and figures that hold them, into the bundle")
    report.add_argument("--language", choices=tuple(LANGUAGES), default="en", help="the language of the report")
    report.add_argument("--overwrite", action="store_true", help="replace the files named by --out and --changes without asking")
    report.set_defaults(run=_report)


def add_compare(commands: Any) -> None:
    """``compare OLD NEW``."""
    compare = commands.add_parser("compare", help="say which numbers differ between two results.json or bundles")
    compare.add_argument("file", type=Path, help="the older results.json or bundle (.zip)")
    compare.add_argument("new", type=Path, help="the newer one")
    compare.add_argument("--out", type=Path, help="a .csv for every number that differs")
    compare.add_argument("--overwrite", action="store_true", help="replace the file named by --out without asking")
    compare.set_defaults(run=_compare)


def _report(args: argparse.Namespace) -> int:
    with speaking(args.language):
        return _written(args)


def _written(args: argparse.Namespace) -> int:
    from aadash.report.again import changes_since
    from aadash.report.bundle import Extras, bundle
    from aadash.report.compare import read_results
    from aadash.report.files import csv
    from aadash.report.opened import open_bundle
    from aadash.report.own_check import own_check_of
    from aadash.report.study import FORMATS, write_study, writer_for
    from aadash.views import context_for
    from aadash.views.study import Choices, Study
    from aadash.views.study_sections import carried_over, named, usual

    kind = args.out.suffix.lower().lstrip(".")
    if kind not in (*FORMATS, "zip"):
        raise ReportError(f"A report cannot be written as “{args.out.name}”", expected=", ".join(f".{k}" for k in (*FORMATS, "zip")))
    if args.changes is not None and args.again is None:
        raise ReportError("--changes needs an earlier report", fix="Name its bundle with --again")
    if args.with_data and kind != "zip":
        raise ReportError(
            f"--with-data is for a bundle, and “{args.out.name}” is none", expected="--out with a name that ends in .zip"
        )
    if args.limit is not None and args.limit < 0:
        raise ReportError(f"--limit is {args.limit}", expected="how many tables and figures there may be; 0 for no limit")
    stamp = _stamp(args.stamp)
    for file in (args.out, *([args.changes] if args.changes else [])):
        may_write(file, args.overwrite)
    earlier = open_bundle(args.again.read_bytes()) if args.again else None
    choices = Choices(named(args.sections), {}, "")
    if earlier is not None:
        args.settled = _settled(earlier.files, earlier.plan)
        for note in earlier.notes:
            print(note, file=sys.stderr)
        its = earlier.choices
        choices = its if args.sections is None else replace(its, sections=choices.sections)
    choices = replace(
        choices,
        title=choices.title if args.title is None else args.title,
        limit=choices.limit if args.limit is None else args.limit or None,
    )
    cohort, plan = cohort_and_plan(args)
    speak(args.language, own_words(cohort))
    context = context_for(cohort, plan, _memory(), earlier.model if earlier is not None else None)
    if earlier is not None and args.sections is None:
        carried, notes = carried_over(choices.sections, context)
        choices = replace(choices, sections=carried)
        for note in notes:
            print(note, file=sys.stderr)
    choices = replace(choices, sections=choices.sections or usual(context))

    def say(share: float, what: str) -> None:
        print(f"{100 * share:3.0f} %  {what}", file=sys.stderr)

    rows = read_results(earlier.results) if earlier is not None else None
    if kind == "zip":
        files = {name: text for name, text in earlier.files.items() if name in CARRIED} if earlier is not None else {}
        files |= _given(args)
        study = Study(context, choices)
        made = bundle(context, choices, stamp=stamp, extras=Extras(files, args.with_data), progress=say, earlier=rows, study=study)
    else:
        made, study = write_study(context, choices, writer_for(kind, stamp), progress=say)
    args.out.write_bytes(made)
    print(f"{args.out}: {size(len(made))}. {own_check_of(study).line()}")
    if rows is not None:
        changes, text = changes_since(rows, study)
        print(text)
        if args.changes is not None:
            args.changes.write_bytes(csv(changes))
    return 0


#: What a report that is made again takes over of the earlier one: how the file is read.
CARRIED = ("mapping.json", "decisions.json", "recipe.json")


def _given(args: argparse.Namespace) -> dict[str, str]:
    """What was said on the command line about how the file is read, for the bundle."""
    import json

    named = {"mapping.json": args.mapping, "decisions.json": args.decide}
    files = {name: text_of(file) for name, file in named.items() if file is not None}
    return files | ({"recipe.json": json.dumps({"sheet": args.sheet})} if args.sheet else {})


def _settled(files: Mapping[str, str], plan: AnalysisPlan) -> Settled:
    from aadash.serial import decode

    try:
        said = decode(files.get("recipe.json", "{}"))
    except ValueError:
        said = {}
    sheet = said.get("sheet") if isinstance(said, dict) else None
    sheet = sheet if isinstance(sheet, str) else None
    return Settled(files.get("mapping.json", ""), files.get("decisions.json", ""), sheet, plan)


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


#: So many numbers that differ are printed.
SHOWN = 20


def _compare(args: argparse.Namespace) -> int:
    from aadash.report.compare import compare, summary
    from aadash.report.files import csv

    if args.out is not None:
        may_write(args.out, args.overwrite)
    old, new = _rows(args.file), _rows(args.new)
    changes = compare(old, new)
    print(summary(changes, len(old)))
    if args.out is not None:
        args.out.write_bytes(csv(changes))
    elif len(changes):
        print(changes.head(SHOWN).to_string(index=False))
        if len(changes) > SHOWN:
            print(f"The first {SHOWN} of {len(changes)}; --out writes them all.")
    return 0


def _rows(file: Path) -> list[dict[str, object]]:
    from aadash.report.compare import read_results
    from aadash.report.opened import is_bundle, open_bundle

    data = file.read_bytes()
    return read_results(open_bundle(data).results if is_bundle(data) else data, file.name)
