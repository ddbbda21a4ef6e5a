"""German, French, Spanish and Italian clinics: headers, visits, rows of means; and what several kinds of clinic keep in one cell."""

from __future__ import annotations

import numpy as np
import pytest

from aadash.intake import read
from aadash.intake.assemble.dates import parse_dates
from aadash.intake.recognise.headers import role_of
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.summaries import is_summary
from aadash.intake.tabulate.table import Column
from aadash.subtypes import unit_of_time

ROLES = {
    "sex": ["Geschl.", "Geschlecht", "Sexe", "Sexo", "Sesso"],
    "age": ["Alter", "Alter (J.)", "Âge", "Edad", "Età"],
    "duration": ["Erkrankungsdauer (Jahre)", "Krankheitsdauer", "Durée de la maladie", "Duración (años)", "Durata"],
    "subtype": ["Typ", "Forme", "Tipo"],
    "drug": ["Medikament", "Médicament", "Traitement", "Fármaco", "Farmaco"],
    "adverse_event": ["Nebenwirkungen", "Effets indésirables", "Efectos adversos", "Eventi avversi"],
    "first_dose": ["Therapiebeginn", "Beginn", "Date de début du traitement", "Fecha de inicio", "Data inizio terapia"],
    "week": ["Visite", "Visita", "Zeitpunkt", "Semaine"],
    "date": ["Datum", "Date de visite", "Fecha visita"],
}


@pytest.mark.parametrize(("role", "header"), [(r, h) for r, hs in ROLES.items() for h in hs])
def test_headers(role: str, header: str) -> None:
    assert role_of(header) == role


@pytest.mark.parametrize(
    "header", ["Formel", "Typhus", "Datumsgrenze", "Medianwert", "Alternative", "Basalzellkarzinom", "Termination"]
)
def test_words_that_only_begin_so_are_none(header: str) -> None:
    assert role_of(header) == ""


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("SALT Woche 12", 12),
        ("SALT nach 3 Monaten", 13),
        ("SALT semaine 24", 24),
        ("SALT 6 mois", 26),
        ("SALT 3 meses", 13),
        ("SALT semana 8", 8),
        ("SALT 12 settimane", 12),
        ("SALT 1 an", 52),
        ("Ausgangswert", 0),
        ("vor Therapie", 0),
        ("avant traitement", 0),
        ("Inclusion", 0),
        ("SALT basal", 0),
    ],
)
def test_visits(text: str, week: int) -> None:
    visit = parse_visit(text)
    assert visit is not None and visit.week == week


@pytest.mark.parametrize(
    "label", ["Mittelwert", "Durchschnitt", "Standardabweichung", "Summe", "Moyenne", "Écart-type", "Media", "Promedio"]
)
def test_rows_that_sum_up(label: str) -> None:
    assert is_summary(label)
    reading = read(f"Code;Alter;SALT Woche 0;SALT Woche 12\nA1;30;80,5;40\nA2;40;70;30,5\nA3;50;60;20\n{label};40;70,2;30,2\n")
    assert len(reading.accepted()) == 3


@pytest.mark.parametrize("label", ["Schnitt", "x̄", "Insgesamt ca.", "zusammen"])
def test_a_row_of_means_is_asked_whatever_it_is_called(label: str) -> None:
    """By hand: means of 80, 70, 60, 50 and 40, 30, 20, 10 are 65 and 25."""
    text = f"Code,SALT_W0,SALT_W12\nA-1,80,40\nA-2,70,30\nA-3,60,20\nA-4,50,10\n{label},65,25\n"
    reading = read(text)
    assert len(reading.accepted()) == 4 and [p.code for p in reading.open_problems] == ["summary_row"]
    assert len(read(text.replace("65,25", "66,25")).accepted()) == 5  # no mean: a patient with an odd code


SEX_AND_AGE = [
    ("Sex/Age", "F/32", "M/45"),
    ("성별/나이", "여/32", "남/45"),
    ("性別・年齢", "女・32", "男・45歳"),
    ("S/A", "32/F", "45M"),
]


@pytest.mark.parametrize(("header", "woman", "man"), SEX_AND_AGE)
def test_sex_and_age_in_one_cell_are_two_facts(header: str, woman: str, man: str) -> None:
    reading = read(f"ID,{header},SALT_W0,SALT_W12\nP1,{woman},80,40\nP2,{man},70,30\nP3,{woman},60,20\n")
    cohort = reading.accepted()
    assert cohort.patients[cohort.roles["age"]].tolist() == [32, 45, 32]
    assert cohort.patients[cohort.roles["sex"]].nunique() == 2
    assert "sex_and_age" in {p.code for p in reading.problems if p.level == "warning"}
    assert reading.whole is not None and reading.whole.used == 12


@pytest.mark.parametrize(
    ("cells", "years"),
    [
        (("3년 6개월", "10년", "8개월"), (3.5, 10, 8 / 12)),
        (("2年", "6か月", "1年3ヶ月"), (2, 0.5, 1.25)),
        (("18 months", "2 years", "1y 6m"), (1.5, 2, 1.5)),
        (("2 Jahre", "6 Monate", "1 Jahr 6 Monate"), (2, 0.5, 1.5)),
    ],
)
def test_durations_with_their_units_in_the_cell_are_years(cells: tuple[str, ...], years: tuple[float, ...]) -> None:
    reading = read("ID,Disease duration,SALT_W0\n" + "".join(f"P{i},{c},80\n" for i, c in enumerate(cells)))
    cohort = reading.accepted()
    assert cohort.patients[cohort.roles["duration"]].tolist() == pytest.approx(list(years), abs=1e-4)


def test_the_first_dose_of_another_sheet_counts() -> None:
    """P1 was seen 7 days before the first dose, so that 2024-04-01 is week 12; counted from the first visit it would be 13."""
    visits = b"ID,Date,SALT\nP1,2024-01-01,80\nP1,2024-04-01,40\nP2,2024-01-08,70\nP2,2024-04-01,30\n"
    people = b"ID,Sex,First dose\nP1,F,2024-01-08\nP2,M,2024-01-08\n"
    reading = read([("visits.csv", visits), ("people.csv", people)])
    assert [(w.week, w.n) for w in reading.windows] == [(0, 2), (12, 2)]
    assert "first_dose_assumed" not in {p.code for p in reading.problems}


def test_a_first_column_of_long_numbers_is_a_record_number() -> None:
    reading = read("Akte X,Sex,SALT_W0\n8812001,F,80\n8812032,M,70\n8812063,F,60\n")
    assert list(reading.accepted().salt.index) == ["P01", "P02", "P03"]
    assert "code_replaced" in {p.code for p in reading.problems}
    assert next(iter(read("Platelets,SALT_W0\n251000,80\n251000,70\n190000,60\n").accepted().salt.index)) == "row 2"


def test_record_numbers_of_sheets_per_visit_are_replaced() -> None:
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, values in (("치료 전", (80, 70)), ("12주", (40, 30))):
        sheet = book.create_sheet(title)
        for row in [["등록번호", "SALT"], [10203040, values[0]], [10203057, values[1]]]:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    assert list(read(out.getvalue(), name="sheets.xlsx").accepted().salt.index) == ["P01", "P02"]


def test_a_sheet_that_is_not_joined_is_not_counted_as_used() -> None:
    main = b"ID,SALT_W0,SALT_W12\nP1,80,40\nP2,70,30\n"
    other = b"ID,SALT_W24\nX8,10\nX9,20\n"
    whole = read([("a.csv", main), ("b.csv", other)]).whole
    assert whole is not None and whole.left["sheets that are not used"] == 4


@pytest.mark.parametrize(
    ("text", "week"),
    [
        *(("SALT nach drei Monaten", 13), ("SALT nach zwölf Wochen", 12), ("SALT semana vinte e quatro", 24)),
        *(("SALT três meses", 13), ("SALT après six mois", 26), ("SALT dopo dodici settimane", 12), ("SALT a los seis meses", 26)),
    ],
)
def test_numbers_in_words(text: str, week: int) -> None:
    visit = parse_visit(text)
    assert visit is not None and visit.week == week


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (("3 jan 2024", "2 abr 2024", "20 dez 2024"), (90, 352)),
        (("3. März 2024", "5. Mai 2024", "1. Okt. 2024"), (63, 212)),
        (("3 de fevereiro de 2024", "4 de maio de 2024", "7 de setembro de 2024"), (91, 217)),
        (("12 ene 2024", "5 abr 2024", "9 dic 2024"), (84, 332)),
        (("12 févr. 2024", "6 juin 2024", "1 août 2024"), (115, 171)),
    ],
)
def test_months_by_name(dates: tuple[str, ...], days: tuple[int, ...]) -> None:
    """Days between the dates, counted on a calendar."""
    read_as = parse_dates(Column(np.array(dates, dtype=object)))
    assert not len(read_as.bad)
    assert tuple(int(d - read_as.days[0]) for d in read_as.days[1:]) == days


@pytest.mark.parametrize("head", ["S", "Sem", "Semana", "Woche", "Wochen"])
def test_a_minus_before_baseline(head: str) -> None:
    rows = [f"P{i},{head}{w},{v}" for i in range(3) for w, v in (("-4", 90), ("0", 80), ("12", 40), ("24", 20))]
    reading = read("\n".join(["ID,Visita,SALT", *rows]).encode(), name="long.csv")
    assert reading.accepted().weeks == (0, 12, 24)
    assert any(p.code == "before_baseline" for p in reading.problems)


@pytest.mark.parametrize(
    ("header", "value", "kind"),
    [
        ("CPF", "123.456.78{i}-0{i}", "national number"),
        ("Documento", "123.456.78{i}-0{i}", "national number"),
        ("Telefone", "(11) 98765-432{i}", "phone number"),
        ("Handynummer", "0170 1{i}", "phone number"),
        ("Straße", "Hauptstr. {i}", "address"),
        ("PLZ", "1011{i}", "address"),
        ("Endereço", "Rua {i}", "address"),
        ("Versichertennummer", "A12345{i}", "national number"),
    ],
)
def test_what_says_who_a_person_is(header: str, value: str, kind: str) -> None:
    rows = [f"P{i};{value.format(i=i)};80;40" for i in range(6)]
    reading = read("\n".join([f"ID;{header};SALT_W0;SALT_W12", *rows]).encode(), name="clinic.csv")
    told = [p for p in reading.problems if p.code == "identifying"]
    assert [p.column for p in told] == [header] and kind in told[0].message
    assert header not in reading.accepted().patients.columns


@pytest.mark.parametrize("header", ["Pseudonym", "Código", "Kennung", "Anything at all"])
def test_codes_of_one_shape_in_the_first_column(header: str) -> None:
    rows = [f"AA-{i:03d};{30 + i};80;40" for i in range(6)]
    reading = read("\n".join([f"{header};Alter;SALT_W0;SALT_W12", *rows]).encode(), name="clinic.csv")
    assert reading.accepted().salt.index.tolist() == [f"AA-{i:03d}" for i in range(6)]


def test_a_clinic_in_brazil() -> None:
    head = "Código;Sexo;Tempo de doença (meses);Forma clínica;SALT D0;SALT D84"
    forms = ("em placas", "ofiásica", "total", "universal", "placas")
    reading = read("\n".join([head, *(f"B{i};F;{6 * i};{f};80;40" for i, f in enumerate(forms))]).encode(), name="clinic.csv")
    renamed = dict(next(g.values for g in reading.columns if g.column == "Forma clínica"))
    assert renamed == dict(zip(forms, ("patchy", "ophiasis", "totalis", "universalis", "patchy"), strict=True))
    assert unit_of_time("Tempo de doença (meses)") == unit_of_time("Erkrankungsdauer (Mon.)") == "months"
    assert unit_of_time("Dauer (Jahre)") == unit_of_time("Tempo (anos)") == "years"


def test_a_clinic_in_germany_and_one_in_brazil() -> None:
    """Sex under "m/w", remarks that are no facts, "SALT inicial" as the baseline."""
    head = "Pat.-ID;m/w;SALT 0;SALT 3 Mo;SALT 12 Mo;Bemerkung"
    rows = [f"UKB-{i};{'mw'[i % 2]};8{i},5;40,5;20;{('', 'Umzug nach Bonn', '')[i % 3]}" for i in range(6)]
    german = read("\n".join([head, *rows]).encode(), name="clinic.csv")
    assert german.role_columns()["sex"] == "m/w" and german.accepted().weeks == (0, 13, 52)
    assert "Bemerkung" in german.unused
    brazilian = read("Registro;SALT inicial;SALT 3m;Observações\nA1;80;40;ok\nA2;70;20;\nA3;60;10;\n".encode(), name="clinic.csv")
    assert brazilian.accepted().values.tolist() == [[80, 40], [70, 20], [60, 10]]
    assert "Observações" in brazilian.unused
    assert role_of("Tempo doença") == "duration" and role_of("Medicação") == "drug"


@pytest.mark.parametrize(
    "first", ["SALT Beginn", "SALT bei Beginn", "SALT Therapiebeginn", "SALT début", "SALT inicio", "SALT início", "Beginn SALT"]
)
def test_salt_at_the_beginning_is_the_baseline(first: str) -> None:
    """“SALT Beginn” beside “SALT Woche 12” left the file without a baseline, and refused. Beside m and w a d is “divers”."""
    rows = [f"P{i};{'mwd'[i % 3]};{60 + i},5;{40 + i},0;{('keine', 'Akne')[i % 2]}" for i in range(6)]
    reading = read("\n".join([f"Pat.-Nr.;Geschlecht;{first};SALT Woche 12;UE", *rows]).encode(), name="clinic.csv")
    assert [g.week for g in reading.columns if g.role == "salt"] == [0, 12] and reading.role_columns()["adverse_event"] == "UE"
    assert "odd_sex" not in {p.code for p in reading.problems}
