"""``summarise FILE``, ``pool A.json B.json …`` and ``summary-key``: a study of several hospitals without their patients' rows."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aadash.cli_file import add_choices, cohort_and_plan, mapping_of, plan_for, plan_of, text_of
from aadash.cli_written import may_write, print_answers, write_answers
from aadash.errors import AadashError, SummaryError
from aadash.formatting import counted, listing

if TYPE_CHECKING:
    from aadash.plan import AnalysisPlan
    from aadash.summaries import Summary
    from aadash.summaries.registry import Registry


#: What is said of a summary that suppresses nothing.
SINGLE = (
    "With a smallest cell of 1 values of single patients can be read in the file, a baseline with a later value among them. Ask the "
    "review board before it leaves."
)


def add_summaries(commands: Any) -> None:
    """The three commands."""
    one = commands.add_parser("summarise", aliases=["summarize"], help="write a cohort as sums, in which no patient stands")
    add_choices(one)
    one.add_argument("--plan", type=Path, help="a plan as JSON; the default plan without it")
    one.add_argument("--out", type=Path, required=True, help="the file to write")
    one.add_argument("--centre", default="", help="what the hospital calls itself")
    one.add_argument("--by", default="", help="stratifiers beside the plan's own, separated by commas; all without it")
    one.add_argument("--minimum", type=int, default=5, help="the smallest number of patients that a cell shows (5); 1 shows all")
    one.add_argument("--for", dest="public", metavar="KEY", help="the coordinator's public key: nobody else can then read the file")
    add_engine(one)
    one.add_argument("--overwrite", action="store_true", help="replace a file that is there without asking")
    one.set_defaults(run=_summarise)
    pool = commands.add_parser("pool", help="add several hospitals' summaries, and write every number that sums allow")
    pool.add_argument("files", type=Path, nargs="+", help="the files that “summarise” wrote")
    pool.add_argument("--plan", type=Path, help="a plan as JSON; the default plan without it")
    pool.add_argument("--key", type=Path, help="the coordinator's private key, for files that were encrypted")
    pool.add_argument("--out", type=Path, required=True, help="the folder to write to")
    pool.add_argument("--overwrite", action="store_true", help="replace other results in that folder without asking")
    pool.set_defaults(run=_pool)
    key = commands.add_parser(
        "summary-key", help="make a key: the file stays with the coordinator, the line printed goes to the centres"
    )
    key.add_argument("--out", type=Path, required=True, help="where to write the private key")
    key.set_defaults(run=_key)


def _summarise(args: argparse.Namespace) -> int:
    from aadash.summaries import answers, summarise, to_json
    from aadash.summaries.possible import answered, what_to_do
    from aadash.summaries.sealed import seal

    by = [name.strip() for name in args.by.split(",") if name.strip()]
    if args.engine:
        from aadash.summaries.tables import summarise_registry

        registry, plan = registry_of(args)
        summary = summarise_registry(registry, plan, centre=args.centre, by=by, minimum=args.minimum)
    else:
        cohort, plan = cohort_and_plan(args)
        summary = summarise(cohort, plan, centre=args.centre, by=by, minimum=args.minimum)
    content = to_json(summary).encode("utf-8")
    may_write(args.out, args.overwrite)
    args.out.write_bytes(seal(content, args.public) if args.public else content)
    print(f"{args.out}: {counted(summary.n, 'patient')} as sums, smallest cell {summary.minimum}. No patient's row is in it.")
    if summary.minimum == 1:
        print(SINGLE, file=sys.stderr)
    else:
        asked = answered(answers(summary, plan.replace(filters=())), summary)
        print(f"What it answers: {' '.join(asked)}" if asked else f"It alone answers none of the questions. {what_to_do(summary)}")
    for text in summary.suppressed:
        print(f"Left out: {text}")
    return 0


def add_engine(command: Any) -> None:
    """A registry in the place of a file."""
    command.add_argument(
        "--engine",
        choices=("duckdb", "spark"),
        help="FILE is a folder or pattern of Parquet files, a table FILE.duckdb::TABLE, or one of a database, "
        "postgresql://user@host/database?table=schema.name; this engine counts it",
    )
    command.add_argument("--master", default="local[*]", help="the address of a Spark cluster")


def registry_of(args: argparse.Namespace) -> tuple[Registry, AnalysisPlan]:
    """The table's columns are recognised from its first rows, as a file's are; then the engine reads all of it."""
    from aadash.intake import read
    from aadash.summaries.recognise import recognised
    from aadash.summaries.sources import called, opened

    given = [name for name, value in (("--sheet", args.sheet), ("--decide", args.decide)) if value]
    if given:
        raise SummaryError(f"{listing(given)} cannot be used with --engine, which counts a table as it stands", fix="Leave it out")
    mapping, place = mapping_of(args), str(args.file)
    source, name = opened(place, args.engine, args.master), called(place)
    registry, doubts = recognised(source, name, lambda text: read(text, name=name, mapping=mapping))
    for doubt in doubts:
        print(f"Counted as it stands: {doubt}", file=sys.stderr)
    for text in registry.left_out:
        print(text, file=sys.stderr)
    return registry, plan_for(args, registry.first)


def analyse_registry(args: argparse.Namespace) -> int:
    """``analyse`` of a table in an engine."""
    from aadash.summaries.registry_answers import answers

    registry, plan = registry_of(args)
    found = answers(registry, plan)
    write_answers(args, found, plan)
    print(f"{counted(registry.table.n, 'patient')} counted by {args.engine}.")
    print_answers(found)
    return 0


def _pool(args: argparse.Namespace) -> int:
    from aadash.summaries import answer, answers, pooled, to_json
    from aadash.summaries.centres import twice
    from aadash.summaries.possible import what_to_do
    from aadash.views.hospitals import BETWEEN

    each = [_read(file, args.key) for file in args.files]
    whole, plan = pooled(each), plan_of(args)
    for text in twice(each):
        print(text, file=sys.stderr)
    found = answers(whole, plan)
    if not found.results:
        print_answers(found)
        raise SummaryError("Nothing can be computed from these summaries", fix=what_to_do(whole))
    write_answers(args, found, plan, {"pooled.json": to_json(whole)})
    print(f"{counted(len(args.files), 'hospital')}, {counted(whole.n, 'patient')}.")
    if len(args.files) > 1 and "responders" in found.results:
        for name in ("participants", *BETWEEN):
            try:
                said = answer(whole, name, plan.replace(stratifier="centre")).sentence
            except AadashError as error:
                said = error.paragraph()
            print(f"Between the hospitals: {said}")
    print_answers(found)
    for text in whole.suppressed:
        print(f"Left out: {text}", file=sys.stderr)
    if what_to_do(whole):
        print(what_to_do(whole), file=sys.stderr)
    return 0


def _read(file: Path, key: Path | None) -> Summary:
    from aadash.summaries import from_json
    from aadash.summaries.sealed import is_sealed, unseal

    if not file.exists():
        raise SummaryError("There is no such file", file=str(file), fix="Check the path")
    content = file.read_bytes()
    if is_sealed(content):
        if key is None:
            raise SummaryError("This summary is encrypted", file=file.name, fix="Name the private key with --key")
        content = unseal(content, text_of(key), file.name)
    return from_json(content, file.name)


def _key(args: argparse.Namespace) -> int:
    from aadash.summaries.sealed import new_key

    private, public = new_key()
    may_write(args.out, overwrite=False)
    with os.fdopen(os.open(args.out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(private + "\n")
    print(f"The private key is in {args.out}: keep it, and give it to nobody. The key for the centres (--for):\n{public}")
    return 0
