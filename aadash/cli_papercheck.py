"""``papercheck FILE``: whether the numbers of a printed table fit each other."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aadash.cli_file import text_of
from aadash.errors import PlanError

if TYPE_CHECKING:
    from aadash.papercheck.finding import Outcome


def add_papercheck(commands: Any) -> None:
    """``papercheck FILE --patients N --results text.txt --abstract text.txt``."""
    command = commands.add_parser("papercheck", help="say whether the numbers of a published table, or of a draft, fit each other")
    command.add_argument("file", type=Path, help="the tables as text: cells apart by tabs, commas, semicolons or two spaces")
    command.add_argument("--patients", type=int, help="how many patients there are, where no header says so")
    command.add_argument("--visits", type=int, default=0, help="visits, the baseline included, for degrees of freedom")
    command.add_argument("--step", help="in which steps the values behind the means were recorded: 1 for whole numbers, 0.1 …")
    command.add_argument("--results", type=Path, help="the results in words, for tests and intervals")
    command.add_argument("--abstract", type=Path, help="the abstract, to be held against the tables")
    command.add_argument("--json", action="store_true", help="as JSON")
    command.set_defaults(run=_papercheck)


def _papercheck(args: argparse.Namespace) -> int:
    from aadash.papercheck.cells import step_of
    from aadash.papercheck.check import check
    from aadash.papercheck.paste import paper_of_text

    step: Fraction | None = step_of(args.step) if args.step else None
    if args.step and step is None:
        raise PlanError(f"--step {args.step!r} is no step", expected="a number above 0, such as 1 or 0.1")
    for name, value in (("--patients", args.patients), ("--visits", args.visits)):
        if value is not None and value < 0:
            raise PlanError(f"{name} {value} is below 0", expected="a whole number from 0")
    texts = [text_of(file) if file is not None else "" for file in (args.file, args.results, args.abstract)]
    paper = paper_of_text(texts[0], args.patients or None, "", step, texts[1], texts[2], args.visits)
    outcome = check(paper)
    print(json.dumps(asdict(outcome), ensure_ascii=False, indent=1) if args.json else in_lines(outcome))
    return 0


def in_lines(outcome: Outcome) -> str:
    """The outcome in lines: findings by certainty, what passed, what cannot be decided, what was not read."""
    from aadash.papercheck.finding import CERTAINTY

    out = [outcome.line()]
    for certainty, label in CERTAINTY.items():
        found = outcome.of(certainty)
        out += [f"{label}:"] if found else []
        out += [f"  {f.where}: {f.found} {f.explained}" if f.where else f"  {f.found} {f.explained}" for f in found]
    for title, counts in (("Passed:", outcome.passed), ("Cannot be decided:", outcome.undecided)):
        out += [title] if counts else []
        out += [f"  {what}: {n}" for what, n in counts.items()]
    out += ["Not read:", *(f"  {line}" for line in outcome.left_out)] if outcome.left_out else []
    return "\n".join(out)
