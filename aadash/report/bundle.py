"""One archive of everything behind a paper: report, figures, tables, numbers, plan, what was done to the file, code, checksums.

The patients' data are in it only when that is asked for. The same content and stamp give the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import platform
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from aadash.charts import chart
from aadash.cohort_json import cohort_to_dict
from aadash.errors import AadashError
from aadash.language import say
from aadash.report.again import CHANGES, changes_since
from aadash.report.ard import cards, dataset_json
from aadash.report.code import Source, code
from aadash.report.compose import figures_of, printed_figure
from aadash.report.figure import FigureStyle, data_csv, file_name, with_fonts
from aadash.report.files import account_json, ard_json, csv
from aadash.report.r_code import DATA, RUN_IN, r_data, r_lines
from aadash.report.spoken import said_frame
from aadash.report.study import Progress, write_study, writer_for
from aadash.report.tables import blocks, printable
from aadash.report.workbook import Sheet, workbook
from aadash.version import VERSION
from aadash.views.study import Choices, Study
from aadash.views.study_sections import sections_of
from aadash.views.view import Context

MANIFEST, PLAN, CHOICES, MODEL, COHORT = "manifest.json", "plan.json", "report.json", "model.json", "data/cohort.json"
#: What the archive's code runs on, at the versions that made the numbers.
PINNED = ("streamlit", "numpy", "pandas", "scipy", "statsmodels", "pingouin", "altair", "pyarrow", "python-calamine", "pyreadstat")


@dataclass(frozen=True)
class Extras:
    """What the app knows beside the cohort and plan: files by name (mapping, decisions, log, ledger …) as text, and whether the
    patients' data go into the archive."""

    files: Mapping[str, str] = field(default_factory=dict)
    with_data: bool = False
    data_file: str = "data.csv"


def bundle(
    context: Context,
    choices: Choices,
    kinds: Sequence[str] = ("docx", "html", "pdf"),
    stamp: datetime | None = None,
    extras: Extras | None = None,
    progress: Progress | None = None,
    earlier: Sequence[Mapping[str, object]] | None = None,
    study: Study | None = None,
) -> bytes:
    """The archive as .zip. ``kinds`` are the report's formats, ``progress`` as for :func:`aadash.report.study.write_study`.

    ``earlier`` is the results of the report that this one replaces: then ``changes.csv`` lists the numbers that changed. ``study`` as
    for :func:`aadash.report.study.write_study`: it is put together once, for every kind.
    """
    extras, study = extras or Extras(), study or Study(context, choices)
    files: dict[str, bytes] = {}
    style = FigureStyle(patients=extras.with_data)
    for i, kind in enumerate(kinds):
        data, _ = write_study(context, choices, writer_for(kind, stamp), style, _share(progress, i, len(kinds) + 1), study)
        files[f"report.{kind}"] = data
    for section, parts in sections_of(study):
        if progress is not None:
            progress(len(kinds) / (len(kinds) + 1), f"Figures: {section.title}")
        for part in figures_of(parts):
            _figure_files(files, part, style)
    _number_files(files, study, stamp)
    if earlier is not None:
        files[CHANGES] = csv(changes_since(earlier, study)[0])
    plan = context.plan
    files[PLAN] = plan.to_json().encode()
    files[CHOICES] = json.dumps(
        {"sections": list(choices.sections), "comments": dict(choices.comments), "title": choices.title, "limit": choices.limit},
        ensure_ascii=False,
        indent=1,
    ).encode()
    if context.model is not None:
        files[MODEL] = context.model.to_json().encode()
    for name, result in study.results.items():
        files[f"code/{file_name(name)}.py"] = (RUN_IN + code(result.call, Source((extras.data_file,)))).encode()
    files["code/analysis.R"] = (RUN_IN + r_lines(context.everyone, plan)).encode()
    files["code/requirements.txt"] = _pinned().encode()
    if extras.with_data:
        files[f"data/{DATA}"] = r_data(context.everyone, plan)
        files[f"data/{extras.data_file}"] = _cohort_csv(context)
        with contextlib.suppress(AadashError, ValueError):  # JSON cannot carry it: the table has it, and opening asks for the file
            files[COHORT] = json.dumps(cohort_to_dict(context.everyone), ensure_ascii=False, allow_nan=False).encode()
    files |= {f"source/{name}": text.encode() for name, text in extras.files.items()}
    files[MANIFEST] = _manifest(context, files, stamp).encode()
    return _zip(files, stamp)


def _share(progress: Progress | None, i: int, n: int) -> Progress | None:
    if progress is None:
        return None
    return lambda share, what: progress((i + share) / n, what)


def _figure_files(files: dict[str, bytes], part: object, style: FigureStyle) -> None:
    """A figure as pictures, as a drawing and as numbers; of every patient as pictures of dots alone, unless patients' data are asked
    for."""
    try:
        drawn, _ = printed_figure(part, style)  # type: ignore[arg-type]
    except AadashError:
        return
    number = sum(name.startswith("figures/") and name.endswith(".png") for name in files) + 1
    name = f"figures/{number:02d}_{file_name(part.title or part.result.analysis)}"  # type: ignore[attr-defined]
    files[f"{name}.pdf"] = drawn.pdf()
    files[f"{name}.png"] = drawn.png(300)
    made = chart(part.result, part.kind, **part.options)  # type: ignore[attr-defined]
    if style.patients or not made.of_patients:
        files[f"{name}.svg"] = with_fonts(drawn).encode()
        files[f"{name}.csv"] = data_csv(made)


def _number_files(files: dict[str, bytes], study: Study, stamp: datetime | None) -> None:
    results = list(study.results.values())
    files["results.json"] = ard_json(results).encode()
    files["ard_cards.json"] = json.dumps(cards(results), ensure_ascii=False).encode()
    files["ard_dataset.json"] = dataset_json(results, stamp).encode()
    files["account.json"] = account_json(study.results, study.reasons).encode()
    sheets = []
    for name, result in study.results.items():
        files[f"tables/{file_name(name)}.csv"] = csv(result.table)
        for title, rows in blocks(result):
            frame = said_frame(printable(result, rows))
            named = say(title) or say(result.question)  # the sheet that lists them gives the question of each
            sheets.append(Sheet(named, frame, say(result.question), [say(result.method)]))
    files["tables/tables.xlsx"] = workbook(sheets, stamp)


def _cohort_csv(context: Context) -> bytes:
    cohort = context.everyone
    frame = cohort.patients
    for j, week in enumerate(cohort.weeks):
        frame[f"{cohort.score}_w{week}"] = cohort.values[:, j]
    return csv(frame.reset_index(names="patient"))


def _pinned() -> str:
    out = []
    for package in PINNED:
        try:
            out.append(f"{package}=={version(package)}")
        except PackageNotFoundError:
            continue
    return "\n".join(out) + "\n"


def _manifest(context: Context, files: Mapping[str, bytes], stamp: datetime | None) -> str:
    told = {
        "aadash": VERSION,
        "python": platform.python_version(),
        "made": (stamp or datetime(2000, 1, 1)).replace(microsecond=0).isoformat(),
        "cohort": context.everyone.fingerprint,
        "patients": len(context.everyone),
        "synthetic": context.everyone.synthetic,
        "packages": _pinned().split(),
        "files": {name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in sorted(files.items())},
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _zip(files: Mapping[str, bytes], stamp: datetime | None) -> bytes:
    when = (stamp or datetime(2000, 1, 1)).timetuple()[:6]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (max(when[0], 1980), *when[1:]))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()
