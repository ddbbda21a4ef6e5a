"""Make the fonts that figures and PDF reports embed: Noto Sans KR and JP, cut to what is needed and merged.

    npm pack @expo-google-fonts/noto-sans-kr@0.4.3 @expo-google-fonts/noto-sans-jp@0.4.3
    python scripts/make_fonts.py FOLDER_WITH_THE_TWO_ARCHIVES

Needs fonttools (requirements-dev.txt). Writes aadash/report/fonts/*.ttf and the license (SIL Open Font License 1.1). The same
archives give the same bytes.
"""

from __future__ import annotations

import io
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools.merge import Merger
from fontTools.merge import Options as MergeOptions
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

OUT = Path(__file__).resolve().parent.parent / "aadash" / "report" / "fonts"
#: Latin with accents, Greek, punctuation, super- and subscripts, arrows, mathematical signs, bars, boxes, Roman numerals, circles.
COMMON = [*range(0x20, 0x180), *range(0x2B0, 0x400), *range(0x1E00, 0x1F00), *range(0x2000, 0x2300), *range(0x2460, 0x2500)]
COMMON += [*range(0x400, 0x460), *range(0x2580, 0x2700), *range(0x3000, 0x3030), *range(0xFF00, 0xFFF0)]
HANGUL = [*range(0x1100, 0x1200), *range(0x3130, 0x3190), *range(0xAC00, 0xD7A4)]
KANA = [*range(0x3040, 0x3100), *range(0x31F0, 0x3200), *range(0x3200, 0x3400)]


def encodable(codec: str, ranges: Iterable[int], last: bytes = b"\xff\xff") -> list[int]:
    """Characters of ``ranges`` that an older national encoding holds in two bytes, up to ``last``: those in common use."""
    out = []
    for point in ranges:
        try:
            code = chr(point).encode(codec)
        except UnicodeEncodeError:
            continue
        if len(code) <= 2 and code <= last:
            out.append(point)
    return out


CJK = range(0x4E00, 0xA000)
JIS = encodable("shift_jis", CJK)
JIS_1 = encodable("shift_jis", CJK, b"\x98\x72")  # level 1: 2965 kanji
#: Weight → characters of the Korean and of the Japanese font. Bold stands in headings only, and so holds what is in common use.
WEIGHTS = {
    ("400Regular", "Regular"): ([*COMMON, *HANGUL], [*KANA, *JIS]),
    ("700Bold", "Bold"): ([*COMMON, *encodable("euc_kr", HANGUL)], [*KANA, *JIS_1]),
}
#: The two are merged under one name: a drawing program that looks for a missing character in another font forgets the weight.
FAMILY = "AAdash Sans"


def main(folder: Path) -> None:
    """Write the two fonts and the license."""
    OUT.mkdir(exist_ok=True)
    for (place, weight), (korean, japanese) in WEIGHTS.items():
        parts = []
        for language, characters in (("KR", korean), ("JP", japanese)):
            archive = next(folder.glob(f"expo-google-fonts-noto-sans-{language.lower()}-*.tgz"))
            with tarfile.open(archive) as tar:
                source = _member(tar, f"{place}/NotoSans{language}_{place}.ttf")
                (OUT / "LICENSE").write_bytes(_member(tar, "LICENSE_FONT"))
            part = Path(tempfile.gettempdir()) / f"aadash_{language}_{weight}.ttf"
            _cut(source, characters).save(part)
            parts.append(str(part))
        font = Merger(MergeOptions(drop_tables=["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF"])).merge(parts)
        _name(font, weight)
        font.recalcTimestamp = False
        font["head"].created = font["head"].modified = TTFont(parts[0])["head"].created
        target = OUT / f"AAdashSans-{weight}.ttf"
        font.save(target)
        print(f"{target.name}: {len(font.getGlyphOrder())} glyphs, {target.stat().st_size / 1e6:.2f} MB")


def _cut(source: bytes, characters: list[int]) -> TTFont:
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    options = Options()
    options.hinting, options.layout_features, options.notdef_outline = False, ["kern"], True
    options.drop_tables = [*options.drop_tables, "vhea", "vmtx", "VORG", "BASE"]
    cutter = Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    return font


def _name(font: TTFont, weight: str) -> None:
    names = font["name"]
    names.names = [n for n in names.names if n.nameID in (0, 13, 14)]
    texts = {1: FAMILY, 2: weight, 3: f"{FAMILY} {weight}", 4: f"{FAMILY} {weight}", 5: "Version 1.0", 6: f"AAdashSans-{weight}"}
    for number, text in texts.items():
        names.setName(text, number, 3, 1, 0x409)
    bold = weight == "Bold"
    font["OS/2"].usWeightClass = 700 if bold else 400
    font["OS/2"].fsSelection = 0x20 if bold else 0x40
    font["head"].macStyle = 1 if bold else 0


def _member(tar: tarfile.TarFile, inside: str) -> bytes:
    found = tar.extractfile(f"package/{inside}")
    if found is None:
        raise FileNotFoundError(inside)
    return found.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
