"""Tests mirror modules: ``aadash/a/b.py`` has ``tests/a/test_b.py``. What is tested through something else, and what holds of all of
it, is said here, so that nobody has to search, and a new module or test finds its place or a reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: Test → modules that are tested through it (below ``aadash/``, ``*`` being any), and why not by themselves.
THROUGH: dict[str, tuple[str, str]] = {
    "test_roles": ("disposition later", "one name of a column is read by all of them"),
    "test_samples": ("frames matrix", "how a cohort holds its numbers"),
    "test_endpoints": ("responder_rules", "the rules are asked as endpoints"),
    "test_scenarios": ("cohort_json", "a cohort is written into the file of scenarios"),
    "test_result": ("accounting details labels levels discover", "what a result is made of"),
    "test_model_plan": ("candidates predictor", "a model is its predictors"),
    "test_cli": ("__main__ cli_report cli_written", "one command line, asked as a user does"),
    "papercheck/test_command": ("cli_papercheck", "its command"),
    "summaries/test_command_line": ("cli_summaries summaries/form summaries/make summaries/pool summaries/sealed", "its commands"),
    "summaries/test_millions": (
        "summaries/blocks summaries/table_answers summaries/table_blocks",
        "what too many rows are answered by",
    ),
    "report/test_study": (
        "document version report/compose report/files report/folder report/opened report/compare",
        "a report is read back with all that it is made of",
    ),
    "analyses/test_against_r": (
        "analyses/analysis_set analyses/between analyses/between_rows analyses/change analyses/over_time analyses/response "
        "analyses/response_between analyses/stratum_by_week analyses/model_based analyses/compared analyses/registry analyses/visits",
        "R's answers are of all of them at once",
    ),
    "language/test_catalogues": ("language/catalogue language/extract/*", "the catalogues hold what the source shows"),
    "language/test_speaker": ("language/particles language/template", "what a sentence is put together by"),
    "language/test_shown": ("report/spoken charts/spoken", "pages are said with them"),
    "app/test_language": ("app/spoken app/session/tongue language/terms", "every page, in each language"),
    "analyses/test_further": (
        "analyses/assumptions analyses/equivalence analyses/missingness analyses/repeated_response analyses/resampled "
        "analyses/simple_effects analyses/time_to_response analyses/visits_as_patients",
        "R's further answers are of all of them at once",
    ),
    "analyses/test_next_questions": (
        "analyses/competing_events analyses/courses analyses/estimand analyses/imput* analyses/interval_time "
        "analyses/intercurrent analyses/planning analyses/rank_differences analyses/raters analyses/severity_bands "
        "analyses/sustained analyses/tipping analyses/treatments",
        "what a reviewer asks next, on the same cohorts",
    ),
    "analyses/test_adjusted": ("analyses/adjusted_fits", "one comparison, by hand and by R"),
    "views/test_missing_line": ("analyses/followed", "the line under a table names them"),
    "analyses/test_beyond_rules": ("analyses/reference_based", "it is asked beyond the rules"),
    "analyses/test_baseline": (
        "analyses/baseline_columns analyses/baseline_known analyses/baseline_severity analyses/participants report/published_tables",
        "Table 1 and its flow",
    ),
    "analyses/test_adverse_events": ("analyses/event_doubts analyses/event_records", "Table 2 is made of them"),
    "analyses/test_laboratory": ("laboratory", "the catalogue is what it recognises"),
    "analyses/test_evidence": ("analyses/evidence_* analyses/pooled_evidence analyses/published_rates evidence/*", "one page"),
    "test_measure": ("measures", "the measures that a name may mean"),
    "analyses/predictors/test_checks": ("analyses/predictors/column analyses/predictors/frame", "what a model is made of"),
    "test_arms": ("analyses/arms", "what an arm changes is asked with the arms"),
    "views/test_session_views": (
        "axes completeness analyses/completeness analyses/questions_asked report/quality_text app/panels/cohort",
        "what a session holds is seen on its pages",
    ),
    "lessons/test_lessons": ("analyses/regression_to_the_mean", "it is asked by the lesson alone"),
    "app/parts/test_render": ("app/parts/computing", "a fold may hold a long computation"),
    "app/test_privacy": ("app/session/cache app/session/uploading app/session/messages", "what a session keeps, and forgets"),
    "app/test_pages": (
        "app/parts/draw app/parts/explanations app/parts/files app/session/active app/session/notebook "
        "app/session/samples app/session/state app/shell/page app/learn/glossary app/panels/papers",
        "every page is drawn with them, in every state",
    ),
    "app/test_names_do_nothing": ("app/parts/markdown", "what a name may do on a page"),
    "app/learn/test_classroom": ("app/classroom/* app/session/attending", "a class is tried from both sides"),
    "app/learn/test_lessons": ("app/learn/asking app/session/learning", "a lesson asks and remembers"),
    "app/shell/test_sidebar": ("app/session/address app/session/choices", "controls, address bar and pages hold one plan"),
    "app/shell/test_filter_panel": ("app/shell/filter_control", "the panel is its controls"),
    "app/upload/test_review": (
        "app/upload/mapping_screen app/upload/file_settings app/upload/identifying",
        "four parts of one screen",
    ),
    "app/upload/test_home": ("app/upload/here", "the same place on another page"),
    "app/panels/test_predictors": ("app/panels/model_panel app/panels/predictor_control app/panels/profile_panel", "one page"),
    "app/panels/test_registry": ("app/session/registries app/parts/counted views/registry", "one page"),
    "app/panels/test_report": ("app/panels/report_again", "one page"),
    "server/test_promises": ("app/server/* app/session/audit", "only a real server shows what it promises"),
    "server/test_sign_in": ("app/session/sign_in", "only a real server asks who is there"),
    "browser/test_reach": ("app/shell/reach", "only a browser runs the script"),
    "intake/test_corpus": (
        "intake/*",
        "a stage of reading is right when the file is",
    ),
    "papercheck/test_published": ("papercheck/*", "a check is right when a paper is"),
    "report/test_rendered": ("report/figure report/pdf report/word* report/webpage", "a document is right when its pages are"),
    "report/test_writer": ("report/workbook report/lines", "every writer writes the same numbers"),
    "analyses/test_predictors_anywhere": ("report/checklist", "its list is filled in from the same results"),
    "test_another_measure": ("report/ledger", "its rows name what is analysed"),
    "views/test_views": ("report/formatters report/tables/*", "every analysis is printed, under every choice"),
    "stats/test_properties": (
        "stats/_covariance stats/_inference stats/_layout stats/_mixed_tables stats/_mmrm_fit stats/_within stats/_risk "
        "stats/_rank_permutation stats/_rank_sum stats/_studentized_range",
        "machinery of the statistics that are asked here",
    ),
    "stats/test_tables": ("stats/_hypergeometric", "machinery of the exact tests"),
    "stats/test_validation": ("stats/calibration stats/likelihood stats/shrinkage", "how a model is judged"),
    "stats/test_random_effects": ("stats/combined_rates", "rates are pooled by it"),
    "stats/test_adjusted": ("stats/decision", "R's answers are in one file"),
    "stats/test_heterogeneity": ("stats/funnel stats/overlap stats/two_proportions", "what subgroups are judged by"),
    "stats/test_printed": ("stats/moments stats/percentages stats/reconstruction", "the checks of printed numbers"),
    "stats/test_repeated_imputation": ("stats/pooled_rates stats/tipping", "what is done with imputed data"),
    "stats/test_logistic": ("stats/r_glm stats/separation", "the ways in which a logistic model fails"),
    "stats/test_rates": ("stats/balance", "R's answers are in one file"),
    "summaries/test_same_result": ("summaries/answer summaries/cohorts", "a summary is right when its result is"),
    "summaries/test_jointly": ("summaries/cells summaries/courses summaries/crossed", "models and subgroups are asked of them"),
    "summaries/test_counted": ("summaries/counted_summary", "a summary is counted visit by visit"),
    "summaries/test_engine": (
        "summaries/lot summaries/registry* summaries/sources",
        "a registry is what an engine counts",
    ),
    "summaries/test_tables": ("summaries/table_columns summaries/table_joint", "they are the file's, added up"),
    "summaries/test_verify": ("summaries/protect", "what is hidden is verified"),
}
#: Tests that hold of more than a module (``*`` being any), and what of.
ACROSS: dict[str, str] = {
    "test_mirror": "tests",
    "test_imports": "imports",
    "test_requirements": "what is installed",
    "test_caveats": "caveats and their lessons",
    "test_methods": "statistics and their headings",
    "test_names_are_data": "names of columns and levels, everywhere",
    "analyses/test_every_rule": "every analysis under every rule for missing visits",
    "analyses/test_second_measure": "every analysis of a second measure",
    "analyses/test_sentences": "every sentence",
    "analyses/test_one_and_many": "what every analysis says of one patient",
    "analyses/test_audited_words": "what subgroups, two treatments and two measures say where little is left to say",
    "analyses/test_audited_models": "what models, published rates, plans, events and a checked paper say, and their pictures",
    "analyses/test_each_rule_in_words": "what every analysis says about missing visits",
    "analyses/test_said_as_done": "what every analysis says of its direction, weeks, patients and p-values",
    "summaries/test_other_measure": "sums of another measure, from a cohort to what is said of them",
    "views/test_odd_cohorts": "every view of cohorts such as nobody wishes for",
    "analyses/test_rare_branches": "what every analysis says of cohorts that few have",
    "analyses/test_either_direction": "every analysis of a measure of which more is better",
    "analyses/test_accounting_reasons": "the accounting of every analysis of a week",
    "intake/test_one_of_each": "what is told of one patient, one row, one event of a file",
    "views/test_one_value": "every page",
    "views/test_what_was_done": "what the report says was done, under every rule",
    "views/test_one_page_one_answer": "what stands together on a page",
    "language/test_uploads": "what is said of every file of the corpus, in each language",
    "language/test_said_right": "texts of pages in each language",
    "language/test_composed": "sentences of a report that are composed of others",
    "language/test_reports": "every section of a report, in each language",
    "report/test_layout": "every document on paper",
    "charts/test_many_strata": "every chart and sentence of many strata",
    "app/test_guide": "the guide for clinicians",
    "app/test_random_walk": "every control of every page",
    "browser/*": "what only a browser shows",
    "server/*": "what only a server shows",
    "charts/test_axes": "every axis",
    "charts/test_captions": "the line under every chart",
    "charts/test_same_specification": "every chart",
    "intake/test_account": "every cell of a file, over all arrangements",
    "intake/test_clinic_habits": "files as clinics change them",
    "intake/test_clinics": "files as clinics keep them",
    "intake/test_sheets_of_clinics": "sheets and columns that know of each other",
    "intake/test_dialects": "files in any dialect",
    "intake/test_documented": "every problem and its line in the documents",
    "intake/test_file_to_table1": "from the file to Table 1",
    "intake/test_fuzz": "damaged files",
    "intake/test_given_cases": "files that were once read wrong",
    "intake/test_hostile": "files made to do harm",
    "papercheck/test_clean_tables": "every check, of tables without an error",
    "reference/*": "every number that R gives too",
    "report/test_hostile_names": "every number of every export",
    "stats/test_statsmodels": "every interval that statsmodels gives too",
    "stats/test_tally": "every statistic of counts of like patients",
    "stats/test_ties": "every statistic of ranks",
}


def name_of(module: Path) -> str:
    """A module below ``aadash/``: "stats/_reml"."""
    return module.relative_to(ROOT / "aadash").with_suffix("").as_posix()


def exists(test: str) -> bool:
    return (ROOT / "tests" / f"{test}.py").exists()


def mirrors(name: str) -> list[str]:
    """Where a module's own test may stand: at its own path, or at that of the package that it is a part of."""
    package, _, module = name.rpartition("/")
    own = f"{package}/test_{module.lstrip('_')}".lstrip("/")
    if not package:
        return [own]
    above, _, last = package.rpartition("/")
    return [own, f"{package}/test_{last}", f"{above}/test_{last}".lstrip("/")]


def through(name: str) -> list[str]:
    """The tests through which a module is tested."""
    return [test for test, (modules, _) in THROUGH.items() if any(fnmatch(name, pattern) for pattern in modules.split())]


MODULES = [name_of(path) for path in sorted((ROOT / "aadash").rglob("*.py")) if path.stem != "__init__"]
TESTS = [path.relative_to(ROOT / "tests").with_suffix("").as_posix() for path in sorted((ROOT / "tests").rglob("test_*.py"))]


def covering(name: str) -> list[str]:
    """The tests of a module, its own first."""
    return [test for test in (*mirrors(name), *through(name)) if exists(test)]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_its_test(name: str) -> None:
    found = covering(name)
    assert found, f"write tests/{mirrors(name)[0]}.py, or say in THROUGH by what {name} is tested"
    assert any(name in reached(test) for test in found), f"{found} never comes to aadash/{name}.py"


def test_a_test_has_its_module_or_its_reason() -> None:
    own = {test for name in MODULES for test in mirrors(name)} | set(THROUGH)
    without = [test for test in TESTS if test not in own]
    assert [test for test in without if not any(fnmatch(test, pattern) for pattern in ACROSS)] == []
    assert [pattern for pattern in ACROSS if not any(fnmatch(test, pattern) for test in without)] == []


def test_what_is_tested_through_another_needs_it() -> None:
    spare = [
        pattern
        for modules, _ in THROUGH.values()
        for pattern in modules.split()
        if not any(fnmatch(name, pattern) and not any(map(exists, mirrors(name)[:1])) for name in MODULES)
    ]
    assert spare == [], "nothing, or what has a test of its own"


def imports_of(source: str) -> Iterator[str]:
    """Dotted names that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


#: Packages whose modules are found by walking (:mod:`aadash.discover`), or by name.
FOUND = ("analyses", "charts", "lessons", "report/tables", "views", "app/panels")


@cache
def neighbours(file: Path) -> frozenset[Path]:
    """Files of the repository that one file leads to: what it imports, and for a test that opens the app its pages."""
    source, out = file.read_text("utf-8"), set()
    names = set(imports_of(source))
    if "open_app" in source or "serving" in source or "AppTest" in source or file.parent.name in ("server", "browser"):
        out |= {ROOT / "app.py", *(ROOT / "pages").glob("*.py")}
    if "aadash" in source and "-m" in source:
        names |= {"aadash.__main__"}
    for name in names:
        for path in (ROOT / Path(*name.split("."))).with_suffix(".py"), ROOT / Path(*name.split(".")) / "__init__.py":
            if path.exists():
                out.add(path)
                parts = path.relative_to(ROOT).parts[:-1]
                out |= {p for i in range(len(parts)) if (p := ROOT.joinpath(*parts[: i + 1], "__init__.py")).exists()}
    folder = file.parent.relative_to(ROOT / "aadash").as_posix() if (ROOT / "aadash") in file.parents else ""
    if (file.name == "__init__.py" and folder in FOUND) or file.name == "draw.py":
        out |= set((ROOT / "aadash" / (folder if file.name == "__init__.py" else "app/panels")).glob("*.py"))
    return frozenset(out)


@cache
def reached(test: str) -> frozenset[str]:
    """The modules that a test leads to."""
    todo, seen = [ROOT / "tests" / f"{test}.py"], set()
    while todo:
        file = todo.pop()
        if file not in seen:
            seen.add(file)
            todo += neighbours(file)
    return frozenset(name_of(path) for path in seen if (ROOT / "aadash") in path.parents)


def test_a_module_that_nothing_leads_to_is_caught(tmp_path: Path) -> None:
    assert "stats/paired" in reached("stats/test_paired") and "app/shell/page" not in reached("stats/test_paired")
    assert covering("stats/no_such_statistic") == []
