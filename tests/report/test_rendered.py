"""Reports as a reader sees them: Word through LibreOffice and our PDF, as pictures of their pages, where those programs are."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

import aadash
from aadash.intake import Decisions
from aadash.plan import AnalysisPlan
from aadash.report.study import write_study, writer_for
from aadash.views import context_for
from aadash.views.study import Choices
from tests.making import asking

LACKING = [name for name in ("soffice", "pdftoppm", "fc-list") if shutil.which(name) is None]
if not LACKING and not subprocess.run(["fc-list", ":lang=ko"], capture_output=True, check=True).stdout.strip():
    LACKING.append("a Korean font, without which LibreOffice leaves the letters out")
CHOICES = Choices(
    ("participants", "baseline", "responders", "adverse_events"), {"baseline": "전두탈모와 円形脱毛症."}, "탈모 코호트 円形脱毛症"
)
KOREAN = "환자번호;생년월일;성별;나이;AA 유형;유병기간 (년);SALT 기저;SALT 8주;SALT 12주;SALT 16주;SALT 24주;SALT 36주;비고;synthetic"


def report(kind: str) -> bytes:
    """Of the untidy sample, under Korean headers."""
    lines = Path("sample_data/clinic_ugly.csv").read_text(encoding="utf-8-sig").splitlines()
    text = "\n".join([KOREAN, *lines[1:]])
    cohort = aadash.read_cohort(text.encode(), name="병원.csv", decisions=Decisions(on_bad_value="missing"))
    return write_study(context_for(cohort, AnalysisPlan(), asking()), CHOICES, writer_for(kind, datetime(2026, 1, 2)))[0]


def pages(pdf: Path) -> list[np.ndarray]:
    """The pages as grey pictures, one pixel per point."""
    subprocess.run(["pdftoppm", "-r", "72", "-gray", "-png", str(pdf), str(pdf.with_suffix(""))], check=True, capture_output=True)
    return [np.asarray(Image.open(p).convert("L"), dtype=float) for p in sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))]


def looked_at(pdf: Path) -> None:
    """Every page has something on it and clear margins; the text holds both scripts, and no letter is missing."""
    found = pages(pdf)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.read_bytes())).pages)
    assert len(found) >= 4
    for i, page in enumerate(found, start=1):
        ink = page < 128
        assert ink.mean() > 0.001, f"page {i} is empty"
        edge = np.concatenate([ink[:18].ravel(), ink[-18:].ravel(), ink[:, :18].ravel(), ink[:, -18:].ravel()])
        assert not edge.any(), f"page {i} runs into its margin"
    for word in ("탈모", "円形脱毛症", "유병기간", "Baseline characteristics", "Table 1", "Figure 1"):
        assert word in text.replace("\n", " ").replace("\u00a0", " "), word
    assert "\ufffd" not in text and "\u25a1" not in text


@pytest.mark.skipif("pdftoppm" in LACKING, reason="pdftoppm (poppler) is not here")
def test_the_pdf_as_pictures(tmp_path: Path) -> None:
    (tmp_path / "r.pdf").write_bytes(report("pdf"))
    looked_at(tmp_path / "r.pdf")


@pytest.mark.skipif(bool(LACKING), reason=f"not here: {', '.join(LACKING)}")
def test_the_word_file_as_pictures(tmp_path: Path) -> None:
    (tmp_path / "r.docx").write_bytes(report("docx"))
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/office",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
    ]
    subprocess.run([*command, str(tmp_path / "r.docx")], check=True, capture_output=True, timeout=300)
    looked_at(tmp_path / "r.pdf")
