"""Names that columns, visits and rows have in German, French, Spanish, Italian, Portuguese and Turkish files: role → patterns."""

from __future__ import annotations

import re

from aadash.intake.recognise.vocabulary import ROLE_WORDS, words

_EUROPEAN: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "first_dose",
        words(
            *(
                "(?:therapie|behandlungs|medikations)? ?beginn(?: (?:der )?(?:therapie|behandlung|jak ?i?))?",
                "start ?datum",
                "erste (?:dosis|gabe)",
                "datum (?:der )?ersten? (?:dosis|gabe)",
            ),
            *(
                "date (?:de |du )?(?:d[ée]but|1[eè]re prise|premi[eè]re (?:prise|dose))(?: (?:du|de) traitement)?",
                "d[ée]but (?:du )?traitement",
            ),
            *("fecha (?:de )?inicio(?: (?:del|de) tratamiento)?", "inicio (?:del )?tratamiento", "data (?:di )?inizio(?: terapia)?"),
            *(
                "inicio",
                r"(?<![^\W\d_])início(?: do tratamento)?(?![^\W\d_])",
                "data (?:de |do )?início",
                r"(?<![^\W\d_])(?:tedavi )?ba[sş]lama(?: tarihi)?(?![^\W\d_])",
                "tedavi ba[sş]lang[ıi]c[ıi]",
            ),
        ),
    ),
    (
        "age_at_onset",
        words("alter (?:bei )?(?:erst)?(?:manifestation|diagnose|beginn)", "[âa]ge (?:au |de )?d[ée]but", "edad (?:de )?inicio"),
    ),
    (
        "duration",
        words(
            *("(?:erkrankungs|krankheits|episoden)dauer", "dauer", "dur[ée]e(?: (?:de|d) (?:la )?(?:maladie|volution|[ée]pisode))?"),
            *("duraci[oó]n(?: (?:de la )?enfermedad)?", "durata(?: (?:di |della )?malattia)?", "anciennet[ée]"),
            *("evoluci[oó]n", "tempo (?:de )?(?:doen[cç]a|evolu[cç][aã]o)"),
            *(r"(?<![^\W\d_])(?:hastal[ıi]k )?s[uü]re(?:si)?(?: ay| y[ıi]l)?(?![^\W\d_])",),
        ),
    ),
    ("age", words("alter(?: bei baseline)?", "âge", "edad", "età", "eta", "idade", r"(?<![^\W\d_])ya[sş](?![^\W\d_])")),
    ("sex", words("geschl", "geschlecht", "sexe", "sexo", "sesso", "genre", "cinsiyet", "[mwfh] [mwfh]", "남 ?여", "男 ?女")),
    (
        "subtype",
        words(
            "(?:sub|unter)?typ",
            "(?:aa )?form",
            "forme",
            *("forma(?: cl[ií]nica)?", "forme clinique", r"classifica[cç][aã]o", "clasificaci[oó]n", "klassifikation"),
            "type (?:de pelade|d aa)",
            "pelade",
            "tipo",
            "subtipo",
            "diagnose",
            "diagnostic",
            *("diagnosi", "diagn[oó]stico", "tip", "tipi", r"(?<![^\W\d_])tan[ıi](?![^\W\d_])"),
        ),
    ),
    ("atopic_dermatitis", words("neurodermitis", "atopie", "dermatite atopique", "dermatitis atópica", "dermatite atopica")),
    ("eyebrow", words("augenbrauen?", "sourcils?", "cejas?", "sopracciglia", "sobrancelhas?", r"(?<![^\W\d_])ka[sş](?![^\W\d_])")),
    ("eyelash", words("wimpern?", "cils?", "pestañas?", "ciglia", r"(?<![^\W\d_])c[ií]lios(?![^\W\d_])", "kirpik")),
    (
        "adverse_event",
        words(
            *("nebenwirkung(?:en)?", "uaw", "unerwünschte ereignisse?", "ei", "eig", "effets? (?:ind[ée]sirables?|secondaires?)"),
            *("efectos? (?:adversos?|secundarios?)", "eventos? adversos?", "eventi avversi", "effetti collaterali"),
            *("ea", "ue", "efeitos? adversos?", "yan ?etki(?:ler)?"),
        ),
    ),
    ("dose", words("dosis", "dosierung", "posologie", "dosaggio", "doz")),
    (
        "drug",
        words(
            "medikament",
            "wirkstoff",
            "pr[aä]parat",
            "m[ée]dicament",
            "traitement",
            "mol[ée]cule",
            "f[aá]rmaco",
            "medicamento",
            r"medica[cç][aã]o",
            "tratamiento",
            "farmaco",
            r"(?<![^\W\d_])ila[cç](?![^\W\d_])",
        ),
    ),
    ("centre", words("zentrum", "klinik", "hôpital", "hopital", "hospital", "centro", "ospedale")),
    (
        "date",
        words(
            "datum",
            "(?:besuchs|visiten|untersuchungs)datum",
            "date (?:de )?(?:la )?(?:visite|consultation)",
            "fecha(?: de)?(?: la)? ?(?:visita|consulta)?",
            "data (?:della )?visita",
        ),
    ),
    (
        "id",
        words(
            "pat ?(?:nr|nummer)",
            *(
                "pseudonym(?:e|s)?",
                "kennung",
                r"(?<![^\W\d_])c[oó]digo(?: (?:do |del? )?pacient[ea])?",
                "codice(?: paziente)?",
                "sujeto?",
                "identifica[dt]or",
            ),
            r"(?<![^\W\d_])pac(?:iente)?s?(?: n[oº])?(?![^\W\d_])",
            "hasta(?: no| kodu)?",
            "paziente",
            "patiente?(?: nr)?",
            "nº",
        ),
    ),
    (
        "week",
        words(
            "visite",
            "visita",
            "consultation",
            "besuch",
            "termin",
            "zeitpunkt",
            "woche",
            "monat",
            "semaine",
            "mois",
            "semana",
            "mes",
            "settimana",
            "mese",
        ),
    ),
)
#: All names of roles; the first match wins.
ALL_ROLE_WORDS = (*ROLE_WORDS, *_EUROPEAN)
#: First cells of rows that sum up the rows above.
SUMMARIES = re.compile(
    r"^(?:mittel(?:wert)?|durchschnitt|standardabweichung|stabw|summe|gesamt(?:summe)?|anzahl|anz|spannweite|mw|"
    r"moyennes?|[ée]carts?[- ]types?|m[ée]diane|somme|effectif|nombre|"
    r"media|promedio|mediana|desviaci[oó]n (?:est[aá]ndar|t[ií]pica)|suma|n[uú]mero|"
    r"deviazione standard|somma|totale|numero|média|desvio padr[aã]o|soma|ortalama|ort|toplam|medyan)\b[^0-9]{0,20}$",
    re.IGNORECASE,
)
#: A baseline visit.
BASELINE = re.compile(
    r"(?<![a-z])(?:inclusion|inicial|iniziale|initiale?|anfangs(?:wert|befund)|"
    r"ausgangs(?:wert|befund)|vor (?:therapie|behandlung|beginn)(?:sbeginn)?|erstvorstellung|"
    r"avant (?:le )?traitement|visite initiale|premi[eè]re consultation|basale?|ba[sş]lang[ıi][cç]|antes (?:del )?tratamiento|inizio|"
    r"aufnahme)(?![a-z])"
    r"|(?<=salt )(?:(?:zu|bei|au|al) )?(?:(?:therapie|behandlungs) ?)?(?:beginn|d[ée]but|in[ií]cio|comienzo)(?![a-z])"
    r"|(?<![a-z])(?:beginn|d[ée]but|in[ií]cio|comienzo)(?= salt)"
)
#: Weeks and months: "Woche 12", "S12" of a visit column is read elsewhere.
UNITS = (
    ("week", r"(?<![a-z])(?:wochen?|kw|semaines?|semanas?|settiman[ae]|sem)\s*0*(\d{1,4}(?:\.\d+)?)(?![a-z0-9])"),
    ("week", r"(?<![a-z0-9.])0*(\d{1,4}(?:\.\d+)?)\s*(?:wochen?|semaines?|semanas?|settiman[ae]|sem)(?![a-z0-9])"),
    ("week", r"(?<![a-z0-9.])0*(\d{1,4}(?:\.\d+)?)\s*(?:sett|hafta)(?![a-z0-9])"),
    ("week", r"(?<![a-z])(?:hafta|sett)\s*0*(\d{1,4}(?:\.\d+)?)(?![a-z0-9])"),
    ("month", r"(?<![a-z0-9.])0*(\d{1,4}(?:\.\d+)?)\s*(?:ay|meses|mês)(?![a-z0-9])"),
    ("month", r"(?<![a-z])(?:monat(?:en?)?|mois|mes(?:es)?|mes[ei])\s*0*(\d{1,4}(?:\.\d+)?)(?![a-z0-9])"),
    ("month", r"(?<![a-z0-9.])0*(\d{1,4}(?:\.\d+)?)\s*(?:monat(?:en?)?|mois|mes(?:es)?|mes[ei])(?![a-z0-9])"),
    (
        "visit",
        r"(?<![a-z])(?:visit[ae]|besuch|visiten|termin|consultas?|consultation|ziyaret|kontrolle?|controllo)\s*0*(\d{1,2})(?![a-z0-9])",
    ),
    ("year", r"(?<![a-z0-9.])0*(\d{1,2}(?:\.\d+)?)\s*(?:jahre?|ans?|a[nñ]os?|ann[oi])(?![a-z0-9])"),
)
