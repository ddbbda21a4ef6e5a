"""A few characters beyond ASCII are enough to tell the encodings that clinics use apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from aadash.intake import read
from aadash.intake.read.decode import decode

TEXTS = {
    "cp949": [
        "환자번호,SALT_W0\n1,80\n",
        "번호,성별,12주\n1,남,80\n",
        "ID,병원,SALT\n1,서울대병원,80\n",
        "ID,비고\n1,추적관찰 안됨\n",
        "증례,기저치,3개월\n1,80,70\n",
    ],
    "cp932": [
        "患者ID,SALT_W0\n1,80\n",
        "症例,性別,投与前,12週\n1,男,80,40\n",
        "ID,施設\n1,東北大学病院\n",
        "ID,備考\n2,来院なし\n",
        "ID,カナ\n1,ﾔﾏﾀﾞ ﾀﾛｳ\n",
        "ID,コメント\n1,髙橋\n",
        "通し番号,開始時,3ヶ月\n1,80,70\n",
    ],
    "euc_jp": [
        "患者ID,SALT_W0\n1,80\n",
        "症例,性別,投与前,12週\n1,男,80,40\n",
        "ID,施設\n1,東北大学病院\n",
        "通し番号,開始時,3ヶ月\n1,80,70\n",
    ],
    "cp1252": [
        "ID,Zentrum\n1,Köln\n",
        "Nº,Âge\n1,30\n",
        "ID,Centro\n1,São Paulo\n2,Córdoba\n",
        "ID,Temp °C\n1,36\n",
        "ID,Übergröße\n1,2\n",
        "ID,Bemerkung\n1,„gut“ – keine\n",
    ],
    "gb18030": ["编号,性别,基线,12周\n1,男,80,40\n", "患者,治疗前,三个月\n1,80,40\n"],
}


@pytest.mark.parametrize(("encoding", "text"), [(e, t) for e, texts in TEXTS.items() for t in texts])
def test_encoding(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "x.csv")[0] == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode(encoding: str) -> None:
    text = "ID,환자,症例,Köln\n1,2,3,4\n"
    assert decode(text.encode(encoding), "x.csv")[0] == text


SEXES, SALT = ["남자", "여자", "남자"], [80.0, 70.0, 60.0]


def _unnamed(write: Callable[[pd.DataFrame, str], None], path: Path, encoding: str, words: list[str], pad: bytes) -> bytes:
    """A statistics file whose texts are in an encoding that it does not name: the writer's UTF-8 is put over."""
    write(pd.DataFrame({"id": ["P1", "P2", "P3"], "sex": words, "salt_w0": SALT, "salt_w12": [40.0, 30.0, 20.0]}), str(path))
    data = path.read_bytes()
    for word in set(words):
        old, new = word.encode(), word.encode(encoding)
        data = data.replace(old, new + pad * (len(old) - len(new)))
    return data


@pytest.mark.parametrize(
    ("encoding", "words", "told"),
    [
        ("cp949", SEXES, "Korean"),
        ("cp932", ["男性です", "女性です", "男性です"], "Japanese"),
        ("cp1252", ["männlich", "weiblich", "männlich"], "Western European"),
    ],
)
@pytest.mark.parametrize("kind", ["dta", "xpt"])
def test_statistics_files_that_do_not_name_their_encoding(
    tmp_path: Path, kind: str, encoding: str, words: list[str], told: str
) -> None:
    def write(frame: pd.DataFrame, path: str) -> None:
        if kind == "dta":
            pyreadstat.write_dta(frame, path, version=12)
        else:
            pyreadstat.write_xport(frame, path, table_name="T")

    data = _unnamed(write, tmp_path / f"f.{kind}", encoding, words, b"\0" if kind == "dta" else b" ")
    reading = read(data, name=f"f.{kind}")
    assert reading.table["sex"].tolist() == words
    assert any(p.code == "encoding" and told in p.message for p in reading.problems)
    assert len(reading.accepted()) == 3


def test_statistics_files_in_ascii_say_nothing_of_encodings(tmp_path: Path) -> None:
    path = tmp_path / "f.dta"
    pyreadstat.write_dta(pd.DataFrame({"id": ["P1", "P2"], "salt_w0": [80.0, 70.0]}), str(path), version=12)
    assert not [p for p in read(path).problems if p.code == "encoding"]
