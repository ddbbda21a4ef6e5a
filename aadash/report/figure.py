"""A picture as a file for a journal: SVG, PDF or PNG, always light, at the width of a column, with its fonts inside.

Drawn by vl-convert, without a browser and without the network. The library (and its 200 MB) is loaded at the first picture.
"""

from __future__ import annotations

import base64
import re
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from aadash.charts import Chart
from aadash.charts.ends import NARROW
from aadash.language import say
from aadash.report.files import csv

FONTS = Path(__file__).parent / "fonts"
FAMILY = "AAdash Sans"
#: Widths that journals print, in millimetres.
WIDTHS = {"single": 85.0, "double": 170.0}
#: Width in which a chart is laid out before it is scaled to the column: its 12 px text then prints at 7 and at 9 points.
_LAID_OUT = {"single": 410, "double": 640}
_INK, _GREY = "#1C2733", "#5B6673"
_CONFIG: dict[str, Any] = {
    "font": FAMILY,
    "background": "white",
    "view": {"stroke": None},
    "axis": {
        "labelColor": _INK, "titleColor": _INK, "domainColor": _GREY, "tickColor": _GREY, "gridColor": "#D9DEE3",
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 260,
    },
    "legend": {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 12, "titleFontSize": 12, "labelLimit": 400},
    "header": {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 12, "labelFontWeight": "bold", "labelLimit": 400},
    "text": {"color": _INK},
}  # fmt: skip


@dataclass(frozen=True)
class FigureStyle:
    """How a picture is written: ``column`` "single" (85 mm) or "double" (170 mm), ``dpi`` of a PNG, ``title`` above it ("" for none:
    journals set the title as the caption). Without ``patients`` a picture of every patient is of dots, as a photograph: the lines of
    a drawing are the patients' values, to be read back from the file."""

    column: str = "double"
    dpi: int = 300
    title: str = ""
    patients: bool = True

    def __post_init__(self) -> None:
        if self.column not in WIDTHS:
            raise ValueError(f"column is {self.column!r}, expected one of {', '.join(WIDTHS)}")
        if not 72 <= self.dpi <= 1200:
            raise ValueError(f"dpi is {self.dpi}, expected 72 to 1200")


@dataclass(frozen=True)
class PrintedFigure:
    """A picture drawn once: its SVG in millimetres, from which PNG and PDF are made.

    ``width`` and ``height`` are millimetres, ``alt`` says in words what is to be seen.
    """

    svg: str
    width: float
    height: float
    alt: str

    def png(self, dpi: int = 300) -> bytes:
        """The picture as PNG, white behind, with its resolution written into it."""
        return _png(self.svg, self.width, dpi)

    def dotted(self, dpi: int = 300) -> PrintedFigure:
        """The same picture of dots: its SVG holds a PNG, and no line of the drawing."""
        dots = base64.b64encode(self.png(dpi)).decode()
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
            f'width="{self.width:g}mm" height="{self.height:.2f}mm" viewBox="0 0 {self.width:g} {self.height:.2f}" role="img">'
            f"<title>{escape(self.alt)}</title>"
            f'<image width="{self.width:g}" height="{self.height:.2f}" preserveAspectRatio="none" '
            f'xlink:href="data:image/png;base64,{dots}"/></svg>'
        )
        return replace(self, svg=svg)

    def pdf(self) -> bytes:
        """The picture as a PDF page of its own size, fonts embedded; the same picture gives the same bytes."""
        import typst

        page = f"#set page(width: {self.width:g}mm, height: {self.height:g}mm, margin: 0mm)\n#set document(date: none)\n"
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "figure.svg").write_text(self.svg, encoding="utf-8")
            main = Path(folder) / "figure.typ"
            main.write_text(f'{page}#image("figure.svg", width: 100%)', encoding="utf-8")
            made = typst.compile(str(main), root=folder, font_paths=[str(FONTS)], ignore_system_fonts=True)
        assert isinstance(made, bytes)
        return made


@lru_cache(maxsize=16)
def _png(svg: str, width: float, dpi: int) -> bytes:
    """Kept for a while: a bundle has each picture in the Word file and beside it."""
    pixels_per_mm = dpi / 25.4
    made = _converter().svg_to_png(svg, scale=pixels_per_mm * width / _pixel_width(svg), ppi=72)
    return _with_resolution(made, dpi)


def draw(chart: Chart, legend: Sequence[tuple[str, str]] = (), style: FigureStyle | None = None) -> PrintedFigure:
    """Draw ``chart`` at the width of a column.

    ``legend`` is (label, colour) of each stratum where the picture has no labels of its own.
    """
    style = style or FigureStyle()
    spec = chart.vega_lite()
    width = _LAID_OUT[style.column]
    if not any(key in spec for key in ("hconcat", "vconcat", "concat", "facet", "repeat", "spec")):
        spec = {**spec, "width": width, "autosize": {"type": "fit", "contains": "padding"}}
        if isinstance(spec.get("height"), (int, float)) and style.column == "single":
            spec["height"] = min(spec["height"], round(0.78 * width))
    spec["config"] = _CONFIG
    inner = _converter().vegalite_to_svg(spec, allowed_base_urls=[])
    if width < NARROW:  # numbers stand where long names have no room
        legend = [*legend, *((f"{i} {say(name)}", colour) for i, (name, colour) in enumerate(chart.key, 1))]
    return _composed(inner, legend, style, chart.alt)


def data_csv(chart: Chart) -> bytes:
    """What is drawn, as CSV: the frames of the picture one below the other, ``frame`` saying which; colours are left out."""
    frames = [f.drop(columns="colour", errors="ignore").assign(frame=name) for name, f in chart.data.items() if len(f)]
    if not frames:
        return csv(pd.DataFrame())
    out = pd.concat(frames, ignore_index=True)
    return csv(out[["frame", *(c for c in out.columns if c != "frame")]])


def file_name(*parts: str) -> str:
    """A file's name after what it shows: "Responders, SALT≤20 at week 36" → "responders_salt_le_20_at_week_36"."""
    text = " ".join(parts).replace("≤", " le ").replace("≥", " ge ").replace(">", " above ").replace("<", " below ")
    text = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[^\w]+", "_", text).strip("_")[:80].strip("_") or "figure"


@lru_cache(maxsize=1)
def _converter() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


_SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)(?:mm)?"[^>]*?\bheight="([\d.]+)(?:mm)?"')
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def _pixel_width(svg: str) -> float:
    """Pixels across that the renderer takes ``svg`` for: millimetres at 96 to the inch."""
    found = _SIZE.search(svg)
    assert found is not None
    return float(found[1]) * 96 / 25.4


def _composed(inner: str, legend: Sequence[tuple[str, str]], style: FigureStyle, alt: str) -> PrintedFigure:
    """The drawing with the title and the legend above it, its size in millimetres."""
    found = _SIZE.search(inner)
    assert found is not None
    width, height = float(found[1]), float(found[2])
    above, y = [], 0.0
    if style.title:
        y += 20
        above.append(f'<text x="2" y="{y - 4:g}" font-size="14" font-weight="bold">{escape(style.title)}</text>')
    x = 2.0
    for i, (label, colour) in enumerate(legend):
        needed = 26 + _text_width(label, 12)
        if i == 0 or x + needed > width:
            x, y = 2.0, y + 20
        above.append(f'<circle cx="{x + 6:g}" cy="{y - 9:g}" r="5" fill="{escape(colour)}"/>')
        above.append(f'<text x="{x + 16:g}" y="{y - 5:g}" font-size="12">{escape(label)}</text>')
        x += needed
    total = height + y
    printed = WIDTHS[style.column]
    tall = printed * total / width
    body = re.sub(r"^<svg\b[^>]*>", "", inner).removesuffix("</svg>")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'width="{printed:g}mm" height="{tall:.2f}mm" viewBox="0 0 {width:g} {total:g}" role="img">'
        f"<title>{escape(alt)}</title>"
        f'<rect width="{width:g}" height="{total:g}" fill="white"/>'
        f'<g font-family="{FAMILY}" fill="{_INK}">{"".join(above)}</g><g transform="translate(0,{y:g})">{body}</g></svg>'
    )
    return PrintedFigure(svg, printed, round(tall, 2), alt)


def _text_width(text: str, size: float) -> float:
    """About how wide a line of text is."""
    return sum(size if unicodedata.east_asian_width(c) in "WF" else 0.56 * size for c in text)


def _with_resolution(png: bytes, dpi: int) -> bytes:
    """The PNG with a pHYs chunk, so that Word and a journal's system take it at its size."""
    import struct
    import zlib

    chunk = b"pHYs" + struct.pack(">IIB", round(dpi / 0.0254), round(dpi / 0.0254), 1)
    made = struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk))
    plain = re.sub(rb"\x00\x00\x00\x09pHYs.{13}", b"", png, count=1, flags=re.DOTALL)
    return plain[:33] + made + plain[33:]


def with_fonts(figure: PrintedFigure) -> str:
    """The SVG with the letters that it uses embedded as a font, so that it looks the same on any computer."""
    from io import BytesIO

    from fontTools import subset
    from fontTools.ttLib import TTFont

    text = "".join(re.findall(r">([^<>]+)<", figure.svg))
    faces = []
    for weight, name in (("400", "Regular"), ("700", "Bold")):
        if name == "Bold" and "bold" not in figure.svg:
            continue
        font = TTFont(FONTS / f"AAdashSans-{name}.ttf", lazy=True, recalcTimestamp=False)
        cutter = subset.Subsetter()
        cutter.populate(text=_unescaped(text))
        cutter.subset(font)
        out = BytesIO()
        font.save(out)
        data = base64.b64encode(out.getvalue()).decode()
        faces.append(f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};src:url(data:font/ttf;base64,{data})}}")
    return re.sub(r"(<svg\b[^>]*>)", lambda m: f"{m[1]}<style>{''.join(faces)}</style>", figure.svg, count=1)


def _unescaped(text: str) -> str:
    from html import unescape

    return unescape(text)
