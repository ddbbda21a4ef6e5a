"""Tables, figures and answers as HTML: nothing of a file acts, nothing is lost."""

from __future__ import annotations

from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.report import html
from aadash.report.lines import RowHead

HOSTILE = '<img src=x onerror="alert(1)"></td><script>alert(1)</script>&amp; $x$ **b** "q" \'s\''


class Read(HTMLParser):
    """Tags and attributes met, and the text of each cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.cells: list[str] = []
        self.kinds: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag in ("td", "th", "dt", "dd", "span"):
            self.cells.append("")
            self.kinds.append(dict(attrs).get("class") or "")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


@pytest.mark.parametrize(
    "written",
    [
        html.table(pd.DataFrame({HOSTILE: [HOSTILE]}), HOSTILE),
        html.key_numbers([(HOSTILE, HOSTILE, HOSTILE)]),
        html.answer(HOSTILE, HOSTILE),
        html.legend([(HOSTILE, "#123456")]),
    ],
)
def test_text_is_printed_not_obeyed(written: str) -> None:
    read = Read(written)
    assert not {"script", "img", "a"} & read.tags
    assert not any(name.startswith("on") for name in read.attributes)
    assert HOSTILE in "".join(read.cells) or "&lt;script&gt;" in written


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))), min_size=2, max_size=2), min_size=1, max_size=5))
def test_every_cell_is_there_in_its_order(rows: list[list[str]]) -> None:
    read = Read(html.table(pd.DataFrame(rows, columns=["a", "b"])))
    assert read.cells == ["a", "b", *(cell for row in rows for cell in row)]


def test_numbers_stand_to_the_right_and_intervals_on_one_line() -> None:
    frame = pd.DataFrame({"Stratum": ["Group A", "all"], "n": [83, 34], "p": ["< 0.001", "0.04"], "CI": ["−1.2 to 3.4", "–"]})
    assert Read(html.table(frame)).kinds[4:] == ["", "n", "n", "i", "", "n", "n", "i"]


def test_a_long_flat_table_is_sorted_by_its_heads_and_one_with_sections_is_not() -> None:
    flat = pd.DataFrame({"Event": list("abcdef"), "n": list("123456")})
    assert html.table(flat).count('aria-sort="none"') == 2 and "aria-sort" not in html.table(flat.head(5))
    heads = [RowHead(text, indent=int(text != "a")) for text in flat["Event"]]
    inside = flat.assign(Event=pd.Series(heads, dtype=object))
    assert "aria-sort" not in html.table(inside)


def test_rows_that_are_moved_in_by_spaces_keep_their_order() -> None:
    """A table of predictors: levels stand below their predictor, moved in by firm spaces."""
    frame = pd.DataFrame({"Predictor": ["Sex", *(f"\u00a0\u00a0{level}" for level in "abcde")], "n": list("123456")})
    assert "aria-sort" not in html.table(frame)


def test_a_table_of_many_columns_says_that_it_goes_on() -> None:
    """Twelve strata beside a name: the page's style keeps the first column in sight, and prints it on a landscape page."""
    twelve = pd.DataFrame([["Sex", *"abcdefghijkl"]], columns=["", *map(str, range(12))])
    assert 'class="aadash-table wide turned' in html.table(twelve)
    assert 'class="aadash-table wide fits"' in html.table(twelve.iloc[:, :12]), "up to twelve columns stand on an upright page"
    assert "wide" not in html.table(twelve.iloc[:, :8])


def test_a_long_head_asks_for_room_on_a_phone() -> None:
    """Heads of columns as narrow as their numbers stood a word a line: six lines, most of them out of sight."""
    head = html.table(pd.DataFrame([["sex", "0.537"]], columns=["Column", "Do the levels differ? p"])).split("</thead>")[0]
    assert head.count("--letters") == 1 and 'style="--letters:23"' in head


def test_values_are_broken_on_paper_only_where_the_table_is_too_wide_for_it() -> None:
    """182 mm hold about 115 digits of 9 pt; a table of whole values that is wider made the browser print the page smaller."""
    row = ["patchy", *["12.3 (1.2 to 23.4)"] * 5]
    frame = pd.DataFrame([row], columns=["Stratum", *(f"Week {w}" for w in (8, 12, 16, 24, 36))])
    assert " fits" in html.table(frame)
    assert " fits" not in html.table(frame.assign(last="12.3 (1.2 to 23.4)")), "6 times 19, and the name"


def test_no_line_of_a_sentence_begins_with_percent() -> None:
    answer = html.answer("It was 36.8 % (43/117).", "63.2 % were left out.")
    assert "36.8\u00a0% (" in answer and "63.2\u00a0% were" in answer
    key = html.under("", key=[("St. <Vincent>", "#0072B2")])
    assert '<ol class="aadash-key"><li><i style="background:#0072B2"></i>St. &lt;Vincent&gt;</li></ol>' in key
    assert '"aadash-legend"' in html.legend([("a", "#000000")]) and "legend many" in html.legend([("a" * 60, "#000000")] * 12)
    assert "36.8\u00a0%" in html.headline("36.8 % respond") and "95\u00a0%" in html.under("Bars: 95 % interval.")


def test_long_names_have_a_wide_column_and_an_n_stays_with_its_mean() -> None:
    """Six lines of a name stood beside columns of air, and "58.5 (n = 455)" over three lines of a telephone."""
    short = pd.DataFrame({"Stratum": ["patchy"], "Seen": ["58.5 (n = 455)"], "Test": ["a sign of something in n"]})
    long = short.assign(Stratum="Tohoku University Hospital, Sendai")
    wide = short.assign(Stratum="東北大学病院皮膚科外来")
    assert [" named" in html.table(t) for t in (short, long, wide)] == [False, True, False]
    assert [" named" in html.table(wide.assign(Stratum="東北大学病院皮膚科外来の患者"))] == [True]
    assert Read(html.table(short)).kinds[3:] == ["", "i", ""]


def test_a_column_of_short_items_is_as_narrow_as_they_are() -> None:
    """“12a” of a reporting list stood in a column as wide as what is asked for."""
    items = pd.DataFrame({"Item": ["1", "12a-g"], "Asks for": ["Title and abstract", "Setting"]})
    assert ["brief" in html.table(t) for t in (items, items.assign(Item=["1", "Hypothesis tests"]))] == [True, False]


def test_a_crowded_table_breaks_its_long_values_and_another_none() -> None:
    """Table 1 of five strata scrolled on a screen of 1280 pixels: its values may stand in two lines, whole in each."""
    values = ["32.3 (10.0), 18 to 57", "6.2 (2.0 to 14.5)", "42/80 (52.5 %)"]
    crowded = html.table(pd.DataFrame([["Age at onset (years)", *[v] * 6] for v in values], columns=list("abcdefg")))
    assert "42/80 (52.5\u00a0%)" in crowded, "on paper the sign stood in a line of its own"
    crowded = crowded.replace("\u00a0", " ")
    assert "32.3 (10.0), <wbr>18 to 57" in crowded and "6.2 <wbr>(2.0 to 14.5)" in crowded
    assert "<wbr>" not in html.table(pd.DataFrame([["Age", v] for v in values], columns=["a", "b"]))


def test_a_table_of_prose_is_a_list_on_a_phone() -> None:
    """The state of an item stood off the screen of a phone, beside cells of sixty lines: each cell knows its head there."""
    says = "117 patients in the file; inclusion: nobody was excluded by a filter. For the authors: criteria, drug and dose."
    listed = html.table(pd.DataFrame([["Participants", says, "in part"]], columns=["Item", "What the analysis says", "State"]))
    assert ' prose"' in listed and '<td data-head="What the analysis says">' in listed and 'data-head="State">in part' in listed
    assert "data-head" not in html.table(pd.DataFrame([["Sex", "0.81 (0.37 to 1.77)", "0.602"]], columns=["Predictor", "OR", "p"]))
