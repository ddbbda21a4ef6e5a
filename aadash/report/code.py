"""The Python call behind a screen: a script that gives the same numbers, bit for bit, in a fresh process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import PurePath
from typing import Any

from aadash.result import Call


@dataclass(frozen=True)
class Source:
    """The file behind a cohort: its name (or names), and what was settled about it on screen.

    ``sheet`` is the sheet that was chosen; ``mapping`` and ``decisions`` are JSON text, "" where nothing was settled. ``registry``
    where the one name is a table of an engine.
    """

    files: tuple[str, ...]
    sheet: str | None = None
    mapping: str = ""
    decisions: str = ""
    registry: bool = False


def code(call: Call, source: Source) -> str:
    """A script that gives the numbers of a result: read the file as it was read, state the plan, ask the question.

    Of the plan only choices that differ from the default are spelled out; of the analysis every option is.
    """
    lines = ["import aadash", ""]
    if len(source.files) > 1:
        lines += ["from pathlib import Path", ""]
    lines += [*_reading(source), f"plan = {python(call.plan)}"]
    arguments = ["cohort", "plan"]
    if call.model is not None:
        lines.append(f"model = {python(call.model)}")
        arguments.append("model")
    arguments += [f"{name}={python(value)}" for name, value in call.options.items()]
    lines += [
        f"result = aadash.analyses.{call.analysis}({', '.join(arguments)})",
        "",
        "print(result.sentence)",
        "print(result.accounting.sentence())",
        f'result.table.to_csv("{call.analysis}.csv", index=False)',
        "",
    ]
    return "\n".join(lines)


def _reading(source: Source) -> list[str]:
    if source.registry:
        (name,) = source.files
        return [
            "from aadash.intake import read",
            "from aadash.summaries.sources import opened",
            "from aadash.summaries.recognise import recognised",
            "",
            f"place = {name!r}",
            f"registry, doubts = recognised(opened(place), {PurePath(name).stem!r}, lambda text: read(text, name=place))",
            "cohort = registry.rows()",
        ]
    if len(source.files) > 1:
        start, given = [f"files = {list(source.files)!r}"], "[(name, Path(name).read_bytes()) for name in files]"
    else:
        start, given = [], repr(source.files[0])
    more = []
    if source.sheet is not None:
        more.append(f"sheet={source.sheet!r}")
    for name, kind, text in (("mapping", "ColumnMapping", source.mapping), ("decisions", "Decisions", source.decisions)):
        if text:
            start += [f"{name} = aadash.{kind}.from_json(", *(f"    {line!r}" for line in text.splitlines(keepends=True)), ")"]
            more.append(f"{name}={name}")
    return [*start, f"cohort = aadash.read_cohort({', '.join([given, *more])})"]


def python(value: Any) -> str:
    """``value`` as Python: a plan, a model or a part of one by its class, with what differs from the default; else its repr."""
    if is_dataclass(value) and not isinstance(value, type):
        given = [(f, getattr(value, f.name)) for f in fields(value)]
        return f"aadash.{type(value).__name__}({', '.join(f'{f.name}={python(v)}' for f, v in given if v != f.default)})"
    if isinstance(value, tuple):
        return f"({', '.join(map(python, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(python, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{python(k)}: {python(v)}" for k, v in value.items()) + "}"
    return repr(value)
