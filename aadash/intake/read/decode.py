"""Bytes to text: which encoding a text file is in."""

from __future__ import annotations

import re

from aadash.errors import IntakeError

#: Encodings tried when a file is not UTF-8, with the words that the note uses.
ENCODINGS = {
    "cp949": "Korean (CP949, EUC-KR)",
    "cp932": "Japanese (Shift-JIS, CP932)",
    "euc_jp": "Japanese (EUC-JP)",
    "gb18030": "Chinese (GB 18030)",
    "cp1252": "Western European (Windows-1252)",
    "latin-1": "Western European (Latin-1)",
    "mac_roman": "Western European (Mac)",
}
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
#: Words that headers of clinics hold; each one that appears speaks for the encoding.
_WORDS = re.compile(
    "환자|번호|성별|나이|연령|기저|주차|개월|방문|탈모|치료|진단|남|여|주|患者|番号|症例|性別|年齢|週|月|日|男|女|"
    "投与|治療|"
    "開始|脱毛|病型|なし|あり|スコア|ベースライン|开始|基线|周"
)


def decode(data: bytes, name: str) -> tuple[str, str, bool]:
    """Text, its encoding, and whether another encoding would do nearly as well.

    UTF-8 (with or without mark) and UTF-16 are certain. Otherwise the encoding is the one whose characters look most
    like writing: common Hangul (KS X 1001), kana and JIS level-1 kanji, or single accented letters among Latin ones.
    Raises IntakeError for what is not text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding).removeprefix("\ufeff"), encoding.removesuffix("-sig"), False
            except UnicodeDecodeError:
                break
    if b"\x00" in data[:4096]:
        return _wide(data, name), "utf-16", False
    try:
        return data.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError:
        pass
    if _binary(data):
        raise _no_text(name)
    encoding, doubtful = guess_encoding(data)
    return data.decode(encoding), encoding, doubtful


def guess_encoding(data: bytes) -> tuple[str, bool]:
    """The encoding of text that has no mark, "utf-8" or one of :data:`ENCODINGS`, and whether another would do nearly as well."""
    try:
        data.decode("utf-8")
        return "utf-8", False
    except UnicodeDecodeError:
        pass
    sample, scored = _sample(data), []
    for encoding in ENCODINGS:
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        scored.append((_score(sample.decode(encoding, "ignore"), encoding), encoding))
    scored.sort(key=lambda s: -s[0])
    best, encoding = scored[0]
    rivals = [s for s, e in scored[1:] if {e, encoding} != {"cp1252", "latin-1"}]
    return encoding, best < 0.2 or (bool(rivals) and rivals[0] > best - 0.15)


def _wide(data: bytes, name: str) -> str:
    """UTF-16 without a mark."""
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for encoding, zeros, other in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 0.2 * len(head) / 2 and other < 0.05 * len(head) / 2:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    if data.count(0) <= max(3, len(data) // 1000) and not _binary(data.replace(b"\x00", b"")):
        try:
            return data.replace(b"\x00", b"").decode("utf-8")
        except UnicodeDecodeError:
            pass
    raise _no_text(name)


def _binary(data: bytes) -> bool:
    head = data[:8192]
    return sum(head.count(c) for c in (*range(1, 9), *range(14, 27), *range(28, 32))) > 0.01 * len(head) + 1


def _sample(data: bytes) -> bytes:
    """Lines with bytes beyond ASCII, at most 64 kB of them."""
    lines, size = [], 0
    for line in data.split(b"\n"):
        if not line.isascii():
            lines.append(line[:65536])
            size += len(line)
            if size > 65536:
                break
    return b"\n".join(lines)


def _score(text: str, encoding: str) -> float:
    """How much the characters beyond ASCII look like writing, about −1 to 1, more with known words."""
    other = [c for c in text if ord(c) > 127]
    if not other:
        return 0.0
    rate = {"cp949": _korean, "cp932": _japanese, "euc_jp": _japanese, "gb18030": _chinese}.get(encoding)
    points = sum(map(rate, other)) if rate else _latin(text) - (0.05 * len(other) if encoding == "mac_roman" else 0.0)
    words = 0.5 * sum(map(len, _WORDS.findall(text))) / len(other) if rate else 0.0
    return points / len(other) + words


def _korean(char: str) -> float:
    if "가" <= char <= "힣":
        return 1.0 if len(char.encode("euc_kr")) == 2 else -1.0  # others are spelt out in eight bytes
    return 0.0 if char in "·×°±≤≥~“”‘’…，（）％㎎" or "０" <= char <= "９" else -0.4


def _japanese(char: str) -> float:
    if "ぁ" <= char <= "ヿ" or char in "ー。、（）％・　" or "０" <= char <= "９":
        return 1.0
    if "｡" <= char <= "ﾟ":
        return 0.3
    try:
        lead = char.encode("cp932")[0]
    except UnicodeEncodeError:
        return -0.5
    return 0.8 if 0x88 <= lead <= 0x97 else -0.3


def _chinese(char: str) -> float:
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return -0.6
    return 0.55 if 0xB0 <= lead <= 0xD7 else 0.0


#: Letters beyond ASCII that Western European languages write most.
_PUNCTUATION = "–—“”…„«»†"  # never between two letters of a word
_COMMON = "äöüßéèêëàáâãçñåøæïîíìóòôõúùûÄÖÜÉÈÅØ"


def _latin(text: str) -> float:
    points = 0.0
    for found in re.finditer(r"[^\x00-\x7f]+", text):
        run = found.group()
        inside = text[found.start() - 1 : found.start()].isalpha() and text[found.end() : found.end() + 1].isalpha()
        if inside and run in _PUNCTUATION:
            points -= 0.3 * len(run)
        elif len(run) <= 2 and all(c in _COMMON for c in run):
            points += 0.9 * len(run)
        elif len(run) == 1:
            points += 0.7 if run.isalpha() else 0.9 if run in "°µ±²³·×€–—’“”…½%§„‚‘«»†" else -0.5
        else:
            points += (0.3 if len(run) == 2 and run.islower() else -0.6) * len(run)
    return points


def _no_text(name: str) -> IntakeError:
    return IntakeError(
        "This is not text and no kind of table that is known",
        file=name,
        expected="a spreadsheet (.xlsx, .xls, .ods), text (.csv, .tsv), SPSS, Stata, SAS or Parquet file",
        fix="Save the table as .xlsx or .csv and upload that",
    )
