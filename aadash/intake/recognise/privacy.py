"""Columns that identify a person, by their header and by what their values look like."""

from __future__ import annotations

import re
from functools import lru_cache

from aadash.intake.recognise.vocabulary import words
from aadash.intake.tabulate.table import Column
from aadash.intake.text import fold, one_line_each

#: Kind → headers.
_HEADERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "record number",
        words(
            "mrn",
            r"(?:medical|hospital|clinic) (?:record|chart|file)(?: (?:no|num|number|id))?",
            r"chart(?: (?:no|num|number|id))?",
            r"hospital (?:no|num|number|id)",
            r"hosp (?:no|num|id)",
            "unit number",
            r"file (?:no|num|number)",
            r"emr(?: (?:no|id))?",
            *("nhc", r"(?:n[uú]m(?:ero)? )?(?:de )?historia(?: cl[ií]nica)?", "ipp", "nip", r"(?:n[uú]m[eé]ro )?(?:de )?dossier"),
            *("fall(?:nummer|nr| nr)", "akten(?:nummer|zeichen)", "krankenblatt(?:nummer|nr)?", "cartella(?: clinica)?"),
            *("uhid(?: no)?", "(?:cr|ip|op|opd|ipd) no", "prontu[aá]rio", "(?:dosya|protokol) no"),
            "차트\\s?(?:번호|no)?",
            "병록\\s?번호",
            "의무\\s?기록\\s?번호",
            "(?:병원|환자)?\\s?(?<!연구)(?<!시험)(?<!증례)(?<!임상)(?<!대상자)(?<!주민)(?<!주민 )(?<!외국인)(?<!외국인 )등록\\s?번호",
            "カルテ\\s?(?:番号|no|id)?",
            "診察券\\s?番?号?",
            "診療録\\s?番?号?",
            "病歴番号",
            "(?:患者)?登録番号(?!.*研究)",
        ),
    ),
    (
        "birth date",
        words(
            "dob",
            r"date of birth",
            r"birth ?(?:date|day)",
            "birthdate",
            "born",
            "brthdtc?",
            r"geburtsdatum",
            *(
                r"geb(?:urts)? ?(?:datum|tag|dat)",
                r"geb",
                r"date (?:de )?naissance",
                "ddn",
                r"fecha (?:de )?nacimiento",
                r"data (?:di |de )?(?:nascita|nascimento)",
                "do[gğ]um tarihi",
            ),
            "생년월일",
            "(?<!발)생일",
            "출생일",
            "生年月日",
            "誕生日",
        ),
    ),
    (
        "national number",
        words(
            "ssn",
            r"social security(?: (?:no|number))?",
            r"nhs (?:no|number)",
            "rrn",
            r"national id",
            r"resident registration(?: (?:no|number))?",
            "passport(?: (?:no|number))?",
            "my ?number",
            "주민\\s?(?:등록)?\\s?번호",
            "외국인\\s?등록\\s?번호",
            "여권\\s?번호",
            "マイナンバー",
            "個人番号",
            "旅券番号",
            r"insurance (?:no|number|id)",
            "보험\\s?번호",
            "保険証?\\s?番号",
            "被保険者番号",
            *("cpf", "dni", "nif", "curp", "cns", "nir", "nss", "tc kimlik(?: no)?", "steuer ?(?:id|nummer)", "codice fiscale"),
            *(r"(?:sozial|kranken)?versicher(?:ungs|ten) ?(?:nummer|nr)", r"n[uú]m[eé]ro (?:de )?s[eé]curit[eé] sociale"),
        ),
    ),
    (
        "phone number",
        words(
            "phones?",
            "tel",
            "telephone",
            "mobile",
            "cell(?:ular)?(?: ?phone)?",
            r"(?:phone|tel|mobile|contact) "
            r"(?:no|num|number)",
            "contact",
            "fax",
            *(
                "telefon(?:e|o|nummer)?(?: ?nr)?",
                "t[eé]l[eé](?:fono|phone)",
                "fone",
                "celular(?:es)?",
                "cellulare",
                "m[oó]vil",
                "handy(?:nummer|nr)?",
            ),
            *("mobil(?:nummer|telefon)?", "portable", "cep telefonu"),
            "전화\\s?(?:번호)?",
            "연락처",
            "휴대\\s?(?:폰|전화)",
            "핸드폰",
            "電話\\s?(?:番号)?",
            "携帯",
            "連絡先",
        ),
    ),
    ("e-mail address", words(r"e ?mails?", r"e ?mail address", "이메일", "메일", "メール")),
    (
        "address",
        words(
            *("address", "street", "zip(?: ?code)?", "post ?code", "postal code", "주소", "우편\\s?번호", "住所", "郵便番号"),
            *(
                "adresse",
                "adres",
                "anschrift",
                "stra(?:ss|ß)e",
                "plz",
                "postleitzahl",
                "wohnort",
                "endere[cç]o",
                "rua",
                "cep",
                "bairro",
            ),
            *("direcci[oó]n", "domicilio", "indirizzo", "codice postale", "c[oó]digo (?:postal)", "code postal"),
        ),
    ),
    (
        "name",
        words(
            r"(?:patient |pt |subject |full |first |last |family |given |middle |sur ?|kana )names?",
            "names?",
            "surname",
            *("(?:nach|vor|familien)?name", "pr[ée]nom", "apellidos?", "cognome", "k[uü]rzel"),
            "forename",
            "physicians?",
            "doctors?",
            "guardian",
            "(?:pt |patient |subject )?initials",
            *("iniciais", "iniciales", "iniziali", "initialen", "initiales", "nome", "ad[ıi] ?soyad[ıi]?", "hasta ad[ıi]"),
            r"nom(?:bre)?",
            "성명",
            "이름",
            "환자\\s?(?:명|이름|성함)",
            "성함",
            "이니셜",
            "氏名",
            "名前",
            "患者名",
            "患者氏名",
            "담당의사?",
            "주치의",
            "보호자",
            "主治医",
            "担当医",
            "保護者",
            "フリガナ",
            "ふりがな",
            "カナ\\s?氏?名?",
            "イニシャル",
        ),
    ),
)
_NOT_NAMES = re.compile(
    r"(?:row|col|drug|visit|event|test|site|hospital|study|centre|center|column|group|clinic|brand|treatment|file|"
    r"trade|product|medication|arm|form|약|병원|기관|薬|施設|病院|検査)"
)

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,}", re.IGNORECASE)
_RRN = re.compile(r"(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s?-\s?[1-8](?:\d{6}|[*xX]{6}|\d?[*xX]{5,6})(?!\d)")
#: The Brazilian CPF as it is printed.
_CPF = re.compile(r"(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)")
_RRN_BARE = re.compile(r"^\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[1-8]\d{6}$", re.MULTILINE)
_PHONE = re.compile(
    r"(?<![\d-])(?:01[016789][-. ]?\d{3,4}[-. ]\d{4}|010\d{8}|0[5789]0[-. ]?\d{4}[-. ]?\d{4}|"
    r"02[-.]\d{3,4}[-.]\d{4}|0\d{1,4}[-.]\d{1,4}[-.]\d{4}|\+\d{1,3}[-. ]?\(?\d{1,4}\)?(?:[-. ]?\d{2,4}){2,4}|"
    r"\(\d{3}\) ?\d{3}-\d{4}|\(\d{2}\) ?9?\d{4}[- ]?\d{4}|\d{3}-\d{3}-\d{4})(?![\d-])"
)
_MY_NUMBER = re.compile(r"^\d{4}[ -]?\d{4}[ -]?\d{4}$", re.MULTILINE)
_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현"
    "함변염여추도소석선설마길연위표명기반왕금옥육인맹제모"
)
_KOREAN_NAME = re.compile(
    f"^(?!.*(?:탈모|원형|전두|전신|미만|정상|이상|있음|없음|남성|여성|남자|여자))[{_SURNAMES}][가-힣○Oo*]{{1,2}}$", re.MULTILINE
)
_KOREAN_FULL_NAME = re.compile(_KOREAN_NAME.pattern.replace("{1,2}", "{2}"), re.MULTILINE)
_JAPANESE_NAME = re.compile("^[一-龥々ヶ]{1,4}[ 　][一-龥々ぁ-んァ-ヶー]{1,4}$|^[ァ-ヶー]{2,6}[ 　][ァ-ヶー]{2,6}$", re.MULTILINE)
_LATIN_NAME = re.compile(r"^[A-Z][a-z'’-]{1,15}(?:, ?| )(?:[A-Z]\. ?)?[A-Z][a-z'’-]{1,15}(?: [A-Z][a-z'’-]{1,15})?$", re.MULTILINE)


_BLACK = "▇▇▇"


@lru_cache(maxsize=20_000)
def header_kind(header: str) -> str:
    """What a header says a column identifies a person by ("" for nothing)."""
    folded = fold(header)
    for kind, pattern in _HEADERS:
        found = pattern.search(folded)
        if not found or (kind == "name" and _NOT_NAMES.search(folded)):
            continue
        if len(found.group().replace(" ", "")) >= 0.5 * len(folded.replace(" ", "")):
            return kind
    return ""


def value_kind(column: Column, code: bool = False) -> str:
    """What the values of a column identify a person by ("" for nothing).

    E-mail addresses and Korean resident-registration numbers count from the first one on, phone numbers from a third
    of the values (or one in free text), Japanese individual numbers by their check digit, names from 70 % of the
    values: of any shape where values hardly repeat or the column is the patient ``code``, of three Hangul or of two words in Japanese
    script elsewhere.
    """
    n = len(column.filled)
    if not n:
        return ""
    if column.plain is not None and max(map(len, column.filled)) < 9:
        return ""  # the shortest number that says who somebody is has nine digits
    lines = one_line_each(column.filled)
    if "@" in lines and _EMAIL.search(lines):
        return "e-mail address"
    if _CPF.search(lines) or _RRN.search(lines) or len(_RRN_BARE.findall(lines)) >= max(2, 0.5 * n):
        return "national number"
    phones = [m for m in _PHONE.finditer(lines) if _is_phone(m.group())]
    if len(phones) >= max(2, n / 3) or any(_in_prose(lines, m) for m in phones[:200]):
        return "phone number"
    if sum(map(_my_number, _MY_NUMBER.findall(lines))) >= max(2, 0.8 * n):
        return "national number"
    single = code or n >= 0.8 * int((~column.blank).sum())
    shapes = (_KOREAN_NAME, _JAPANESE_NAME, _LATIN_NAME) if single else (_KOREAN_FULL_NAME, _JAPANESE_NAME)
    if n >= (2 if code else 4) and any(len(pattern.findall(lines)) >= 0.7 * n for pattern in shapes):
        return "name"
    return ""


def _in_prose(lines: str, found: re.Match[str]) -> bool:
    """The phone number stands inside a longer text."""
    start, end = lines.rfind("\n", 0, found.start()) + 1, lines.find("\n", found.end())
    return (end if end >= 0 else len(lines)) - start > len(found.group()) + 8


def _is_phone(text: str) -> bool:
    """A phone number has at least nine digits; a date has eight."""
    return sum(c.isdigit() for c in text) >= (9 if text.startswith("02") else 10)


def _my_number(text: str) -> bool:
    """Check digit of the Japanese individual number (Cabinet order 155 of 2014, article 8)."""
    digits = [int(c) for c in text if c.isdigit()]
    total = sum(d * (i + 2 if i < 6 else i - 4) for i, d in enumerate(reversed(digits[:11])))
    rest = total % 11
    return digits[11] == (0 if rest <= 1 else 11 - rest)


def scrub(text: str) -> str:
    """``text`` with e-mail addresses, resident-registration and phone numbers blacked out, cut at 300 characters."""
    if len(text) > 300:
        text = text[:300] + "…"
    if len(text) < 8 or text.isalpha():
        return text
    text = _CPF.sub(_BLACK, _RRN.sub(_BLACK, _EMAIL.sub(_BLACK, text)))
    return _PHONE.sub(lambda m: _BLACK if _is_phone(m.group()) else m.group(), text)
