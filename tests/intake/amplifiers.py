"""A small grammar of files that are tiny and become large, or that are slow to look through. Each takes a seeded generator."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as parquet

HEAD = "ID,SALT_W0,SALT_W12\n"
#: What patterns that backtrack stumble over, a letter at a time.
SLOW = ("a", "1", " ", "(", "-", "1,", "1 ", "W", "12", "week ", "a b", "가", "１", "±", "2024-", ".", "/", "<", "\\", "'")


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def workbook(rows: str, shared: str = "", sheets: int = 1, folder: str = "worksheets") -> bytes:
    """An .xlsx of the same rows on every sheet."""
    numbers = range(1, sheets + 1)
    main, rel = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    sheet = "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="r{i}"/>' for i in numbers)
    link = "".join(f'<Relationship Id="r{i}" Type="{rel}/worksheet" Target="{folder}/sheet{i}.xml"/>' for i in numbers)
    link += f'<Relationship Id="s" Type="{rel}/sharedStrings" Target="sharedStrings.xml"/>' if shared else ""
    return zipped(
        {
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>{sheet}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{link}</Relationships>',
            **({"xl/sharedStrings.xml": f'<sst xmlns="{main}">{shared}</sst>'} if shared else {}),
            **{f"xl/{folder}/sheet{i}.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>' for i in numbers},
        }
    )


def opened(rows: str) -> bytes:
    """An .ods of these rows."""
    names = "".join(f' xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"' for p in ("office", "table", "text"))
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f'<office:document-content{names}><office:body><office:spreadsheet><table:table table:name="T">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        }
    )


def _ods_repeats(rng: random.Random) -> tuple[str, bytes]:
    many = rng.choice((20_000, 10**6, 10**9, 10**15))
    quote, gap = rng.choice("'\""), rng.choice(("", " "))
    repeat = f"repeated{gap}={gap}{quote}{many}{quote}"
    start, end = '<table:table-cell office:value-type="string"', "</table:table-cell>"
    text = f"><text:p>{'x' * rng.choice((1, 5000))}</text:p>{end}"
    kind = rng.randrange(3)
    if kind == 0:
        rows = f"<table:table-row table:number-rows-{repeat}>{start}{text}</table:table-row>"
    elif kind == 1:
        rows = f"<table:table-row>{start} table:number-columns-{repeat}{text}</table:table-row>"
    else:
        rows = f'<table:table-row>{start}><text:p>a<text:s text:c="{many}"/></text:p>{end}</table:table-row>'
    return "repeats.ods", opened(rows)


def _far_cells(rng: random.Random) -> tuple[str, bytes]:
    quote, gap = rng.choice("'\""), rng.choice(("", " "))
    row, column = rng.choice(((1048576, "XFD"), (1048576, "A"), (1, "XFD"), (900_000, "ZZ"), (300_000, "AAA"))), ""
    number, column = row
    place = f"r{gap}={gap}{quote}{column}{number}{quote}"
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + f"<row r={quote}{number}{quote}><c {place}><v>1</v></c></row>"
    return "far.xlsx", workbook(rows, sheets=rng.choice((1, 7)), folder=rng.choice(("worksheets", "pages")))


def _shared_texts(rng: random.Random) -> tuple[str, bytes]:
    length, cells = rng.choice(((2_000_000, 3_000), (100_000, 50_000)))
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, cells + 1))
    return "shared.xlsx", workbook(rows, f"<si><t>{'A' * length}</t></si>")


def _slow_xml(rng: random.Random) -> tuple[str, bytes]:
    piece = rng.choice(('<c t="e" ', "<row ", '<c r="A1" t="s"><v>', "<c t='e'>", ' r = "', "<v>", '<row r="1" '))
    return "slow.xlsx", workbook(piece * rng.choice((20_000, 200_000)))


def _html(rng: random.Random) -> tuple[str, bytes]:
    kind = rng.randrange(3)
    if kind == 0:
        span = f"rowspan={rng.choice((200, 99999))} colspan={rng.choice((200, 99999))}"
        body = f"<tr><td {span}>x</td></tr>" * rng.choice((100, 2000))
    else:
        body = (
            rng.choice(("<!--", "<?", "<td a", "<td a='", "<![", "<!", "</", "<td ", '<td title="', "&#", "<br", "<table>")) * 100_000
        )
    return "page.xls", f"<html><table>{body}".encode()


def _packed(rng: random.Random) -> tuple[str, bytes]:
    return "packed.csv.gz", gzip.compress(HEAD.encode() + rng.choice((b"\n", b"P1,80,40\n", b",", b"\r", b'"')) * 30_000_000, 1)


def _dictionary(rng: random.Random) -> tuple[str, bytes]:
    rows, length = rng.choice(((500_000, 5_000), (2_000_000, 10)))
    text = pa.array(["x" * length]).dictionary_encode()
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), text.dictionary)
    out = io.BytesIO()
    parquet.write_table(pa.table({"ID": column, "SALT_W0": pa.array([80] * rows, pa.int8())}), out)
    return "dictionary.parquet", out.getvalue()


def _long_cells(rng: random.Random) -> tuple[str, bytes]:
    cell = rng.choice(SLOW) * rng.choice((5_000, 20_000))
    head = ["ID", "SALT_W0", "SALT_W12", "Sex", "Date"]
    rows = [["P1", "80", "40", "F", "2024-01-05"], ["P2", "60", "20", "M", "2024-01-06"], ["P3", "90", "10", "F", "2024-01-07"]]
    place = rng.randrange(len(head))
    if rng.random() < 0.4:
        head[place] = rng.choice(("", "SALT ", "W12 ", "Week ")) + cell
    else:
        for row in rows[: rng.randint(1, 3)]:
            row[place] = cell
    return "long.csv", "\n".join(",".join(f'"{c}"' for c in r) for r in (head, *rows)).encode()


def _marks(rng: random.Random) -> tuple[str, bytes]:
    depth = rng.choice((500, 100_000))
    inside = rng.choice(
        (
            '{"a":' * depth + "1" + "}" * depth,
            "[" * depth,
            '{"version":1,"columns":' + "[" * depth,
            '{"version": 1' + "0" * depth + "}",
        )
    )
    return "mark.csv", f"# AAdash cohort {inside}\n{HEAD}P1,80,40\n".encode()


def _wide(rng: random.Random) -> tuple[str, bytes]:
    columns = rng.choice((3_000, 200_000))
    return "wide.csv", (",".join(f"SALT_W{i}" for i in range(columns)) + "\n" + "1," * columns).encode()


AMPLIFIERS: tuple[Callable[[random.Random], tuple[str, bytes]], ...] = (
    _ods_repeats,
    _far_cells,
    _shared_texts,
    _slow_xml,
    _html,
    _packed,
    _dictionary,
    _long_cells,
    _marks,
    _wide,
)
