"""A whole report in Korean and Japanese, every section of it: which words of it are still English."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pandas as pd
import pytest

from aadash.analyses import REGISTRY
from aadash.app.session.samples import load_sample
from aadash.language import speaking
from aadash.language.own import own_words
from aadash.plan import AnalysisPlan
from aadash.report.study import write_study
from aadash.report.writer import Writer
from aadash.views import context_for
from aadash.views.study import Choices
from tests.language.test_shown import NAMES

#: Words in small letters that stay: names of packages, statistics and drugs, what the table of published rates says of a study, and
#: columns that a file has or may have.
STAYS = re.compile(
    r"(?<![A-Za-z])(?:vs|type|logistf|numpy|pandas|scipy|statsmodels|pingouin|car|mmrm|results\.json|power\.prop\.test|and Paik|delta|"
    r"Q-profile|log|baricitinib|"
    r"retrospective|multicentre|single|centre|adults|severe|phase|drug|dose|reader|discontinuation week|estimand|counted|"
    r"[Ii]ntralesional steroid|"
    r"log|STROBE statement for cohort studies|SAMPL guidelines|TRIPOD\+AI for abstracts|TRIPOD\+AI statement)(?![A-Za-z])"
)
#: A paper in the list of references.
PAPER = re.compile(r"\d+\. \S.*(?:;\d|\b(?:19|20)\d\d\b)")
ENGLISH = re.compile(r"(?<![\w:/.-])[a-z]{3,}\b|\b[A-Z][a-z]{2,} [a-z]{3,}\b")
PLANS = {
    "nri": AnalysisPlan(missing="nri", stratifier="subtype"),
    "mixed": AnalysisPlan(missing="mixed"),
}


class _Read(Writer):
    """Keeps every text that it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()

    def title(self, text: str, under: str = "") -> None:
        self.texts |= {text, under}

    def heading(self, text: str, level: int = 1) -> None:
        self.texts.add(text)

    def paragraph(self, text: str, kind: str = "text") -> None:
        self.texts.add(text)

    def bullets(self, items: Any) -> None:
        self.texts.update(items)

    def table(self, frame: pd.DataFrame, caption: str, notes: Any = ()) -> None:
        self.texts.update((caption, *notes, *map(str, frame.columns), *map(str, frame.to_numpy().ravel())))

    def figure(self, figure: Any, caption: str, notes: Any = ()) -> None:
        self.texts.update((caption, figure.alt, *notes, *re.findall(r">([^<>]+)</text>", figure.svg)))

    def code(self, text: str) -> None:
        pass

    def finish(self) -> bytes:
        return b""


@pytest.mark.parametrize("rule", PLANS)
def test_reports_hold_no_english(rule: str) -> None:
    cohort = load_sample("korea_2025_missing").cohort

    @cache
    def kept(name: str, plan: AnalysisPlan, options: tuple[tuple[str, Any], ...]) -> Any:
        return REGISTRY[name].function(cohort, plan, **dict(options))

    def ask(name: str, cohort: Any, plan: AnalysisPlan, **options: Any) -> Any:
        return kept(name, plan, tuple(sorted(options.items())))

    context, own = context_for(cohort, PLANS[rule], ask), own_words(cohort)
    words = sorted((re.escape(w) for w in own.words if len(w) > 1), key=len, reverse=True)
    files = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(words)})(?![A-Za-z])", re.IGNORECASE)
    left = {}
    for language in ("ko", "ja"):
        writer = _Read()
        with speaking(language, own):
            write_study(context, Choices(), writer)
        for text in writer.texts:
            bare = re.sub(r"\s*(?:doi:|https?:)\S+", "", text)
            if not PAPER.match(text) and (found := ENGLISH.findall(NAMES.sub("", STAYS.sub("", files.sub("", bare))))):
                left[text] = found
    assert not left, "\n".join(f"{found} in {text}" for text, found in left.items())
