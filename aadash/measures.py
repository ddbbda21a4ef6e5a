"""The measures that the field uses beside SALT, and the measure that a file means by a name."""

from __future__ import annotations

from dataclasses import replace

from aadash.measure import SALT, Measure

#: King et al. 2022 (doi:10.1056/NEJMoa2110343): 0 or 1 with at least 2 points of improvement; one point as the other choice.
_GRADED = ("<=1+2", "<=1+1")
#: Wyrwich et al. 2020 (doi:10.1007/s40257-020-00545-9): 0 full coverage, 1 minimal gaps, 2 significant gaps, 3 no notable hair.
EYEBROW = Measure(
    "Eyebrow ClinRO",
    0,
    3,
    title="ClinRO measure of eyebrow hair loss",
    ends=("full coverage", "no notable eyebrow"),
    cut=1.0,
    endpoints=_GRADED,
)
EYELASH = replace(
    EYEBROW, name="Eyelash ClinRO", title="ClinRO measure of eyelash hair loss", ends=("full coverage", "no notable eyelash")
)
#: Wyrwich et al. 2020 (doi:10.1111/bjd.18883): 0 none, 1 limited, 2 moderate, 3 severe, 4 very severe.
AA_IGA = Measure(
    "AA-IGA",
    0,
    4,
    unit="grades",
    title="Alopecia areata investigator's global assessment",
    ends=("none", "very severe"),
    cut=2.0,
    endpoints=("<=1+2", "<=1"),
)
#: Finlay and Khan 1994 (doi:10.1111/j.1365-2230.1994.tb01167.x). Above 10 is a large effect (Hongbo et al. 2005,
#: doi:10.1111/j.0022-202X.2005.23621.x), 0 or 1 is none, 4 points are the smallest difference that matters (Basra et al. 2015,
#: doi:10.1159/000365390).
DLQI = Measure(
    "DLQI",
    0,
    30,
    title="Dermatology Life Quality Index",
    ends=("no effect", "the largest effect"),
    cut=10.0,
    endpoints=("+4", "<=1", "<=5", "50%", "75%"),
)
#: Chren et al. 2001 (doi:10.1177/120347540100500202); the items are scaled to 0–100.
SKINDEX = Measure("Skindex-16", 0, 100, title="Skindex-16", ends=("no effect", "always bothered"), endpoints=("50%", "75%", "90%"))
#: Fredriksson and Pettersson 1978 (doi:10.1159/000250839); above 10 is moderate to severe (the rule of tens, Finlay 2005).
PASI = Measure("PASI", 0, 72, title="Psoriasis Area and Severity Index", ends=("no psoriasis", "the worst"), cut=10.0)
#: Hanifin et al. 2001 (doi:10.1034/j.1600-0625.2001.100102.x); above 21 is severe (Leshem et al. 2015, doi:10.1111/bjd.13662).
EASI = Measure("EASI", 0, 72, title="Eczema Area and Severity Index", ends=("no eczema", "the worst"), cut=21.0)
VAS = Measure("VAS", 0, 10, title="Visual analogue scale", ends=("none", "the worst"), endpoints=("50%", "75%", "90%", "+4"))
ITCH_VAS = replace(VAS, name="Itch VAS", title="Itch on a visual analogue scale", ends=("no itch", "the worst itch"))
PAIN_VAS = replace(VAS, name="Pain VAS", title="Pain on a visual analogue scale", ends=("no pain", "the worst pain"))

#: The measures that are known by name, in the order in which a menu lists them.
KNOWN: dict[str, Measure] = {m.name: m for m in (SALT, EYEBROW, EYELASH, AA_IGA, DLQI, SKINDEX, ITCH_VAS, PAIN_VAS, VAS, PASI, EASI)}

#: Other spellings of a known name, in small letters without space or punctuation.
_SPELLINGS: dict[str, str] = {
    **dict.fromkeys(("eyebrow", "eyebrows", "clinroeyebrow", "clinroeb", "ebclinro", "eyebrowclinro"), "Eyebrow ClinRO"),
    **dict.fromkeys(("eyelash", "eyelashes", "clinroeyelash", "clinroel", "elclinro", "eyelashclinro"), "Eyelash ClinRO"),
    **dict.fromkeys(("aaiga", "iga"), "AA-IGA"),
    **dict.fromkeys(("skindex", "skindex16"), "Skindex-16"),
    **dict.fromkeys(("itch", "itchvas", "vasitch", "pruritus", "pruritusvas", "vaspruritus", "pvas"), "Itch VAS"),
    **dict.fromkeys(("pain", "painvas", "vaspain"), "Pain VAS"),
    **{name.lower(): name for name in ("SALT", "DLQI", "PASI", "EASI", "VAS")},
}

#: Scores that no menu offers, but whose direction is known when a file has them: name in small letters without space or
#: punctuation → range and better end. A higher value is a better state in EQ-5D (euroqol.org: VAS 0–100, index at most 1),
#: SF-36 and SF-12 (Ware and Sherbourne 1992, doi:10.1097/00005650-199206000-00002), WHO-5 (Topp et al. 2015,
#: doi:10.1159/000376585), WHOQOL-BREF, and in counts and widths of hair, whose range the file says. A lower one in HADS, PHQ-9,
#: GAD-7, POEM, CDLQI and SCORAD.
_FURTHER: dict[str, tuple[float, float, str]] = {
    **dict.fromkeys(("eqvas", "eq5dvas", "eq5d5lvas", "eq5d3lvas", "vaseq5d"), (0, 100, "higher")),
    **dict.fromkeys(("eq5d", "eq5d5l", "eq5d3l", "eq5dindex", "eq5d5lindex", "eq5d3lindex", "eq5dutility"), (-1, 1, "higher")),
    **dict.fromkeys(("sf36", "sf36pcs", "sf36mcs", "sf12", "sf12pcs", "sf12mcs", "pcs", "mcs"), (0, 100, "higher")),
    **dict.fromkeys(("who5", "whoqol", "whoqolbref", "karnofsky"), (0, 100, "higher")),
    **dict.fromkeys(("hairdensity", "haircount", "terminalhaircount", "terminalhairdensity"), (0, 100, "higher")),
    **dict.fromkeys(("hairthickness", "hairdiameter", "regrowth", "hairregrowth", "hairgrowth"), (0, 100, "higher")),
    **dict.fromkeys(("hadsa", "hadsd", "hadsanxiety", "hadsdepression", "gad7"), (0, 21, "lower")),
    "hads": (0, 42, "lower"),
    "phq9": (0, 27, "lower"),
    "poem": (0, 28, "lower"),
    "cdlqi": (0, 30, "lower"),
    "scorad": (0, 103, "lower"),
}
#: How these are printed, where a header's letters do not say.
_PRINTED = {
    "vaseq5d": "EQ VAS",
    "eqvas": "EQ VAS",
    **{f"eq5d{level}vas": "EQ VAS" for level in ("", "5l", "3l")},
    **{
        f"eq5d{level.lower()}{kind}": f"EQ-5D{level and '-'}{level} {kind}".strip()
        for level in ("", "5L", "3L")
        for kind in ("", "index")
    },
    **{f"sf{n}{part.lower()}": f"SF-{n} {part}".strip() for n in (36, 12) for part in ("", "PCS", "MCS")},
    **{name.lower().replace("-", ""): name for name in ("WHO-5", "WHOQOL", "WHOQOL-BREF", "PHQ-9", "GAD-7", "SCORAD", "Karnofsky")},
    **{name.lower().replace("-", ""): name for name in ("HADS", "HADS-A", "HADS-D")},
    "hadsanxiety": "HADS-A",
    "hadsdepression": "HADS-D",
}


def printed(name: str) -> str:
    """The name in print of a score that no menu offers ("hads a" → "HADS-A"); "" of any other."""
    return _PRINTED.get(_plain(name), "")


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def known(name: str) -> Measure | None:
    """The known measure of that name or spelling ("eyebrow", "VAS itch", "dlqi"), or None."""
    found = _SPELLINGS.get(_plain(name))
    return KNOWN[found] if found else None


def _otherwise(name: str) -> Measure:
    """A measure that no menu offers."""
    low, high, better = _FURTHER.get(_plain(name), (0.0, 100.0, ""))
    return Measure(name, low, high, better or "lower", assumed=not better)


def measure_called(name: str, highest: float | None = None) -> Measure:
    """The measure that a file calls ``name``, under that name.

    A known one brings its range, others are 0–100 with lower better, which is then said to be assumed. ``highest`` is the largest
    value seen: a visual analogue scale with more than 10 was marked in millimetres (0–100).
    """
    found = KNOWN.get(name)
    if found is None:
        found = known(name) or _otherwise(name)
        found = replace(found, name=name)
    if highest is not None and found.title.lower().endswith("visual analogue scale") and highest > found.high:
        found = replace(found, high=100.0, endpoints=VAS.endpoints[:3])
    return found


def in_order(names: list[str]) -> list[str]:
    """Names of measures as a menu lists them: the known ones in the order of :data:`KNOWN`, others by name after them."""
    rank = {name: i for i, name in enumerate(KNOWN)}
    return sorted(names, key=lambda name: (rank.get(name, len(rank)), name))
