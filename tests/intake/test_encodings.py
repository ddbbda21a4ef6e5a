"""A few characters beyond ASCII are enough to tell the encodings that clinics use apart."""

from __future__ import annotations

import pytest

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
