"""An archive of :mod:`aadash.report.bundle` opened again: everything that it says about how its report was made."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from aadash.cohort import Cohort
from aadash.cohort_json import cohort_from_dict
from aadash.errors import AadashError, ReportError
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.report.bundle import CHOICES, COHORT, MANIFEST, MODEL, PLAN
from aadash.serial import Saved, Whole, convert, decode
from aadash.views.study import Choices

_LARGEST = 200_000_000
T = "This bundle cannot be read"


@dataclass(frozen=True, eq=False)
class Opened:
    """What an archive held.

    ``plan`` and ``model`` (None for the prespecified one) with ``notes`` on what in them is not understood any more; the report's
    ``choices``; ``files`` of the app by name (mapping, decisions, log, ledger, scenarios); ``manifest``; ``results`` as JSON text;
    ``cohort`` where the patients' data were put in, as it was: its fingerprint is that of the manifest.
    """

    plan: AnalysisPlan
    model: ModelPlan | None
    notes: list[str]
    choices: Choices
    files: Mapping[str, str]
    manifest: Mapping[str, object]
    results: str
    cohort: Cohort | None

    @property
    def fingerprint(self) -> str:
        """Of the cohort that the report was made from."""
        return str(self.manifest.get("cohort", ""))


class _Told(Saved):
    sha256: str
    bytes: Whole


class _Choices(Saved):
    sections: tuple[str, ...] = ()
    comments: dict[str, str] | None = None
    title: str = ""
    limit: Whole | None = None


def open_bundle(data: bytes) -> Opened:
    """Read an archive that :func:`aadash.report.bundle.bundle` made. Raises ReportError when it is none, was changed, or is too
    large."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise ReportError("This is no bundle", expected="a .zip that AAdash wrote") from error
    with archive:
        if sum(info.file_size for info in archive.infolist()) > _LARGEST:
            raise ReportError(f"This bundle unpacks to more than {_LARGEST // 10**6} MB", expected="a bundle that AAdash wrote")
        if not {MANIFEST, PLAN} <= set(archive.namelist()):
            raise ReportError("This archive holds no manifest", expected="a bundle that AAdash wrote")
        try:
            return _opened({name: archive.read(name) for name in archive.namelist()})
        except (ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:  # damaged, encrypted, of another method
            raise ReportError(f"{T} ({error})", fix="Use the bundle as it was made") from error
        except AadashError as error:
            raise error if isinstance(error, ReportError) else ReportError(f"{T}: {error.paragraph()}") from error


def is_bundle(data: bytes) -> bool:
    """Whether these bytes are an archive with a manifest of ours, whole or changed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {MANIFEST, PLAN} <= set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _opened(held: Mapping[str, bytes]) -> Opened:
    manifest = convert(decode(held[MANIFEST]), dict[str, object])
    told = convert(manifest.get("files"), dict[str, _Told])
    changed = [n for n, one in told.items() if hashlib.sha256(held.get(n, b"")).hexdigest() != one.sha256]
    if changed:
        raise ReportError(
            f"{changed[0]} is not what the manifest says ({len(changed)} such files)", fix="Use the bundle as it was made"
        )
    held = {name: held[name] for name in told}  # what the manifest does not name was put in later
    plan, notes = AnalysisPlan.from_json(held[PLAN])
    model, said = ModelPlan.from_json(held[MODEL]) if MODEL in held else (None, [])
    chosen = convert(decode(held.get(CHOICES, b"{}")), _Choices)
    cohort = cohort_from_dict(decode(held[COHORT])) if COHORT in held else None
    if cohort is not None and cohort.fingerprint != manifest.get("cohort"):
        raise ReportError("The patients in this bundle are not those that its manifest names", fix="Use the bundle as it was made")
    return Opened(
        plan,
        model,
        [*notes, *said],
        Choices(chosen.sections, chosen.comments or {}, chosen.title, chosen.limit),
        {n.removeprefix("source/"): held[n].decode("utf-8", "replace") for n in held if n.startswith("source/")},
        manifest,
        held.get("results.json", b"[]").decode("utf-8", "replace"),
        cohort,
    )
