"""What the command line writes and prints of what was computed, and whether what is there may be replaced."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aadash.errors import AadashError
from aadash.formatting import listing
from aadash.plan import AnalysisPlan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aadash.analyses.registry import Answers


def may_overwrite(args: argparse.Namespace, files: dict[str, bytes]) -> None:
    """Ask before other results are replaced. Raises AadashError when the answer is no, or there is nobody to ask."""
    from aadash.report.folder import changed_by

    other = changed_by(args.out, files)
    if other and not args.overwrite:
        _ask(f"{str(args.out)!r} holds other results ({', '.join(other[:4])}{' …' if len(other) > 4 else ''})", "another folder")


def write_answers(args: argparse.Namespace, found: Answers, plan: AnalysisPlan, more: Mapping[str, str] | None = None) -> None:
    """The folder ``args.out``: every number, the account, the plan, ``more`` texts, and a CSV for each result."""
    from aadash.report.files import account_json, ard_json, csv
    from aadash.report.folder import write_folder

    texts = {
        "results.json": ard_json(found.results.values()),
        "account.json": account_json(found.results, found.reasons),
        "plan.json": plan.to_json(),
        **(more or {}),
    }
    files = {name: text.encode("utf-8") for name, text in texts.items()}
    files |= {f"{name.replace(':', '_')}.csv": csv(result.table) for name, result in found.results.items()}
    may_overwrite(args, files)
    write_folder(args.out, files)


def print_answers(found: Answers) -> None:
    """Each sentence; on standard error, why the others were not computed, those with one reason together."""
    for name, result in found.results.items():
        print(f"{name}: {result.sentence}")
    together: dict[str, list[str]] = {}
    for name, why in found.reasons.items():
        together.setdefault(why, []).append(name)
    for why, names in together.items():
        print(f"{listing(names)}: not computed. {why}", file=sys.stderr)


def may_write(file: Path, overwrite: bool) -> None:
    """Ask before a file that is there is replaced. Raises AadashError when the answer is no, or there is nobody to ask."""
    if file.exists() and not overwrite:
        _ask(f"{str(file)!r} is there already", "another name")


def _ask(what: str, instead: str) -> None:
    if sys.stdin is not None and sys.stdin.isatty():
        print(f"{what}. Replace it? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return
    raise AadashError(what, fix=f"Choose {instead}, or pass --overwrite to replace what is there; nothing was written")
