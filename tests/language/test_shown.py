"""What a reader of Korean or Japanese still sees in English, view by view: sentences, doubts, headings, choices, printed tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from aadash import document as d
from aadash.analyses import REGISTRY
from aadash.app.session.samples import load_sample
from aadash.charts import chart
from aadash.charts.spoken import in_language
from aadash.errors import AadashError
from aadash.language import say, speaking
from aadash.language import speaker as speakers
from aadash.language.extract.sentences import extract
from aadash.language.own import own_words
from aadash.plan import AnalysisPlan
from aadash.report.spoken import said_frame
from aadash.report.tables import printable
from aadash.views import VIEWS, context_for

#: So many texts of these pages may still hold English; lower it as translations come in, to 0.
LEFT = {"ko": 2, "ja": 3}
#: What stays in Latin letters: names of scores, methods, people, programs and drugs.
NAMES = re.compile(
    r"\b(?:SALT|AA-IGA|NRI|LOCF|MMRM|REML|ANOVA|CI|SD|SE|IQR|ROC|AUC|AAdash|Kaplan|Meier|Firth|Holm|Bonferroni|Hochberg|Benjamini|"
    r"Wilson|Newcombe|Fisher|Welch|Wilcoxon|Mann|Whitney|Kruskal|Wallis|Greenhouse|Geisser|Hedges|Cohen|Shapiro|Wilk|Games|Howell|"
    r"BRAVE-AA\d|ALLEGRO(?: long term)?|THRIVE|Olumiant|R|vs|n|N|p|to|rule of three)\b"
    r"|\b[A-Z][\w-]+ (?:and|&) [A-Z][\w-]+(?= \d{4})"  # authors of a paper
)
#: Two words of small Latin letters one after the other.
ENGLISH = re.compile(r"\b[A-Za-z][a-z’']+ [a-z][a-z’']+\b")


def shown(parts: Any) -> Iterator[str]:
    """The texts of a page as they are drawn."""
    for part in d.walk(parts, folds=False):
        if isinstance(part, d.Heading):
            yield from (say(part.text), say(part.under))
        elif isinstance(part, d.Text):
            yield say(part.text)
        elif isinstance(part, d.Unavailable):
            yield say(part.reason)
        elif isinstance(part, d.Answer):
            yield from (say(part.result.sentence), say(part.result.accounting.sentence()))
        elif isinstance(part, d.Examined):
            r = part.result
            yield from (say(text) for c in r.checks for text in (c.name, c.verdict, c.detail))
            yield from (say(text) for text in (r.choice, *(x for a in r.alternatives for x in (a.method, a.detail))))
        elif isinstance(part, d.Card):
            yield from (say(part.head), say(part.text), say(part.under))
        elif isinstance(part, d.Grid):
            yield say(part.caption)
        elif isinstance(part, d.KeyNumbers):
            yield from (say(text) for item in part.items for text in (item.label, item.value, item.under))
        elif isinstance(part, d.Doubts):
            yield from (say(text) for c in part.caveats for text in (c.text, c.advice))
        elif isinstance(part, d.Method):
            yield say(part.result.method)
        elif isinstance(part, (d.Choice, d.Choices)):
            for one in [part] if isinstance(part, d.Choice) else part.items:
                yield from (say(text) for text in (one.label, one.help, *map(str, one.options.values())))
        elif isinstance(part, (d.Fold, d.Long)):
            yield say(part.label)
        elif isinstance(part, (d.Table, d.TextTable)):
            frame = part.frame if isinstance(part, d.TextTable) else printable(part.result, part.rows, **part.options)
            said = said_frame(frame)
            yield from (say(part.title), *map(str, said.columns), *(str(v) for v in said.head(40).to_numpy().ravel()))
        elif isinstance(part, d.Figure):
            try:
                drawn = in_language(chart(part.result, part.kind, **part.options))
            except AadashError:
                continue
            yield from (say(part.title), drawn.alt, drawn.caption, drawn.unseen)


@pytest.fixture(scope="module")
def pages() -> dict[str, Any]:
    cohort = load_sample("korea_2025").cohort

    @cache
    def kept(name: str, plan: AnalysisPlan, options: tuple[tuple[str, Any], ...]) -> Any:
        return REGISTRY[name].function(cohort, plan, **dict(options))

    def ask(name: str, cohort: Any, plan: AnalysisPlan, **options: Any) -> Any:
        return kept(name, plan, tuple(sorted(options.items())))

    context = context_for(cohort, AnalysisPlan(), ask)
    return {"of": cohort, **{name: view.content(context) for name, view in VIEWS.items()}}


#: So many texts of these pages are found in no sentence of the catalogues, so that no translator could reach them.
OUT_OF_REACH = 4


def left_in(pages: dict[str, Any], language: str) -> int:
    """How many texts hold English; they are printed."""
    own = own_words(pages["of"])
    longest = sorted((w for w in own.words if len(w) > 2), key=len, reverse=True)
    files = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b", re.IGNORECASE)
    left: dict[str, list[str]] = {}
    with speaking(language, own):
        for name in VIEWS:
            texts = {re.sub(r"\s*(?:doi:|https?:)\S+", "", text) for text in shown(pages[name])}
            found = sorted(text for text in texts - own.words if ENGLISH.search(NAMES.sub("", files.sub("", text))))
            if found:
                left[name] = found
    for name, texts in left.items():
        print(f"\n{language} {name}", *texts, sep="\n  ")
    return sum(map(len, left.values()))


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_pages_hold_no_english(pages: dict[str, Any], language: str) -> None:
    assert left_in(pages, language) <= LEFT[language]


def test_every_text_is_within_reach_of_a_translator(pages: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """With every sentence of the catalogues translated (a word: “가”), what is still English is in none."""
    everything = {
        text: "".join(
            piece if i % 2 else re.sub(r"[A-Za-z’']+", "가", piece) for i, piece in enumerate(re.split(r"(\{[^{}]*\})", text))
        )
        for area in extract().values()
        for text in area
    }
    monkeypatch.setattr(speakers, "catalogue", lambda language: everything)
    speakers._index.cache_clear()
    try:
        assert left_in(pages, "ko") <= OUT_OF_REACH
    finally:
        speakers._index.cache_clear()


def test_english_is_seen() -> None:
    """The test above would see a sentence that nobody translated, and lets names through."""
    assert ENGLISH.search("36주: the mean falls") and not ENGLISH.search(NAMES.sub("", "36주에 SALT75, Mann–Whitney p = 0.01"))
