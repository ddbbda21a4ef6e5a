"""From recognised tables to a reading: identity, layout, joins, quality, cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.intake.assemble.ages import baselines, with_age
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.besideevents import with_events_beside, without_beside
from aadash.intake.assemble.codes import pseudonyms
from aadash.intake.assemble.dated import assemble_dated
from aadash.intake.assemble.events import is_event_list
from aadash.intake.assemble.facts import FACT_ROLES
from aadash.intake.assemble.finish import finished
from aadash.intake.assemble.join import join_facts, starts_of, with_first_dose
from aadash.intake.assemble.lablist import add_labs, is_lab_list
from aadash.intake.assemble.long import assemble_long, choose_measure
from aadash.intake.assemble.longscores import parameter_scores
from aadash.intake.assemble.merge import as_measure, merge
from aadash.intake.assemble.mixedunits import one_schedule
from aadash.intake.assemble.repeated import without_repeated_baseline
from aadash.intake.assemble.sexandage import APART, with_sex_and_age
from aadash.intake.assemble.visitvalues import scale_for
from aadash.intake.assemble.weeksince import with_weeks
from aadash.intake.assemble.wide import assemble_wide
from aadash.intake.check import causes
from aadash.intake.check.codes import check_codes
from aadash.intake.check.doubts import Doubts
from aadash.intake.check.lookalikes import tell_lookalikes
from aadash.intake.check.persons import tell_coded_levels, tell_odd_sexes, tell_same_person
from aadash.intake.check.quality import check_quality
from aadash.intake.check.shape import tell_shape
from aadash.intake.mapping import ColumnMapping, ColumnRole
from aadash.intake.model import KEEP, ColumnGuess
from aadash.intake.reading import Reading
from aadash.intake.recognise.columns import REGION_ROLES, Recognised
from aadash.intake.recognise.identity import article
from aadash.intake.recognise.spellings import propose
from aadash.intake.recognise.visitweeks import no_visits
from aadash.intake.tabulate.table import Column, Table
from aadash.measure import SALT, Measure


def build(
    table: Table,
    known: Recognised,
    others: Sequence[tuple[Table, Recognised, Doubts]],
    name: str,
    mapping: ColumnMapping,
    doubts: Doubts,
) -> Reading:
    """The reading of a main table and of those that are joined to it."""
    tell_shape([table, *(t for t, _, _ in others)], mapping, doubts)
    given = {n for t in (table, *(o for o, _, _ in others)) for n in t.columns}
    all_of = [(table, known), *((t, k) for t, k, _ in others)]
    begun = baselines(all_of, mapping.date_order)
    table, known = with_age(table, known, mapping.date_order, doubts, begun)
    table, known = with_sex_and_age(table, known, doubts)
    others = [(*with_sex_and_age(*with_age(t, k, mapping.date_order, d, begun), d), d) for t, k, d in others]
    table, others = _without_identity(table, known, others, mapping, doubts)
    whole = table.without(set(table.columns) - given)
    table, known = with_first_dose(table, known, others, doubts)
    table, score = choose_measure(table, known, doubts)
    known = replace(known, score=mapping.score or score)
    known = one_schedule(table, known, doubts)
    guesses = propose(table, known, mapping, doubts)
    events_only = any(is_event_list(t, k) for t, k, _ in others)
    made = _assemble(table, without_beside(table, known), mapping, doubts, events_only)
    tell_lookalikes(table, known, doubts)
    if made is not None:
        _tell_score(known, doubts)
        made = replace(made, measures={**made.measures, **parameter_scores(whole, known, made.salt.index, mapping, doubts)})
        starts = starts_of((table, known), others, mapping.date_order)
        for other, its_known, its_doubts in others:
            made = _beside(made, (table, known), other, its_known, mapping, its_doubts, starts)
        made = _dated(made, starts, mapping, doubts)
        measure = _scale(made, known)
        made = without_repeated_baseline(with_events_beside(made, known, doubts), doubts)
        made = check_codes(made, doubts, measure)
        made = check_quality(made, doubts, measure)
    for its_table, its_known, its_doubts in others:
        listed = is_event_list(its_table, its_known)  # where an event began is no first dose
        spelled = its_known.guesses
        if not listed and not is_lab_list(its_table, its_known):
            spelled = propose(its_table, _others_than(guesses, its_known), mapping, its_doubts)
        its = [replace(g, role="fact") if listed and g.role == "first_dose" else g for g in spelled]
        guesses = (*guesses, *(g for g in its if g.column not in {h.column for h in guesses}))
        doubts.problems += its_doubts.problems
        doubts.log += its_doubts.log
    used = _used(guesses, known, made, doubts) | {c for _, _, d in others for c in d.used}
    draft = finished(_shown(made, guesses, doubts), known, name, table, doubts, events_only)
    columns = dict.fromkeys(n for t in (whole, *(o for o, _, _ in others)) for n in t.columns)
    unused = tuple(n for n in dict.fromkeys((*columns, *(g.column for g in guesses))) if n not in used)
    for problem in doubts.problems:
        if problem.open and problem.message not in doubts.fatal and draft is None and problem.code == "no_salt":
            doubts.fatal.append(problem.message)
    return Reading(
        name,
        whole.frame(),
        guesses,
        known.layout,
        tuple(doubts.problems),
        unused,
        tuple(doubts.log),
        draft,
        " ".join(dict.fromkeys(doubts.fatal)),
        _full([g for g in guesses if g.column in given], mapping, doubts),
        (),
        () if made is None else made.windows,
        used=frozenset(used),
        main=whole.name,
    )


def _others_than(guesses: Sequence[ColumnGuess], known: Recognised) -> Recognised:
    """What is known of a joined table's own columns; of one that the main table has too the main one's values stand."""
    taken = {g.column for g in guesses}
    return replace(known, guesses=tuple(g for g in known.guesses if g.column not in taken))


def _used(guesses: Sequence[ColumnGuess], known: Recognised, made: Assembled | None, doubts: Doubts) -> set[str]:
    """The columns that went into the cohort: as visits, codes and dates of visits, as facts, or under another name."""
    idle = (*FACT_ROLES, "unused", "identifying", *(() if known.layout == "dated" else ("first_dose", "date")))
    used = {g.column for g in guesses if g.role not in idle and not _weekless(g, known)} | doubts.used
    return used | (set() if made is None else set(map(str, made.patients.columns)))


def _weekless(guess: ColumnGuess, known: Recognised) -> bool:
    """SALT of a week that is not known, in a table of one row per patient."""
    return known.layout == "wide" and guess.role in ("salt", "measure") and guess.week is None


def _beside(
    made: Assembled,
    main: tuple[Table, Recognised],
    other: Table,
    its_known: Recognised,
    mapping: ColumnMapping,
    its_doubts: Doubts,
    first: tuple[dict[str, float], frozenset[str]],
) -> Assembled:
    """The main table with another one: its SALT, or what else it says about the patients. ``first`` is :func:`starts_of`."""
    code = its_known.one("id")
    labs, (starts, given_by) = is_lab_list(other, its_known), first
    if starts and ("date" in labs or is_event_list(other, its_known)):
        its_doubts.used |= given_by
    if labs and code is not None:
        return add_labs(made, other, its_known, labs, mapping, starts, its_doubts)
    values = [g for g in its_known.guesses if g.role == "salt" or g.role in REGION_ROLES]
    timed = its_known.layout != "wide" or any(g.week is not None for g in values)
    if code is None or not timed or not values or is_event_list(other, its_known):
        return join_facts(made, other, its_known, mapping, its_doubts, starts)
    part, score = choose_measure(other, its_known, its_doubts)
    further = _assemble(part, replace(its_known, score=mapping.score or score), mapping, its_doubts)
    if further is None or not further.salt.shape[1] or its_doubts.fatal:
        return join_facts(made, other, its_known, mapping, its_doubts)
    tell_lookalikes(part, its_known, its_doubts)
    its_doubts.used |= {g.column for g in values} if its_known.layout != "wide" else set()
    if not mapping.score and score != main[1].score:
        further = as_measure(further, _scale(further, replace(its_known, score=score)))
    return merge(made, further, (main[0].name, other.name), code, its_doubts)


def _dated(made: Assembled, first: tuple[dict[str, float], frozenset[str]], mapping: ColumnMapping, doubts: Doubts) -> Assembled:
    """Dates of stopping and the like as weeks since the first dose. ``first`` is :func:`starts_of`."""
    starts, given_by = first
    dated = with_weeks(made, starts, mapping.date_order, doubts) if starts else made
    if dated is not made:
        doubts.used |= given_by
    return dated


def _full(guesses: Sequence[ColumnGuess], mapping: ColumnMapping, doubts: Doubts) -> ColumnMapping:
    """The mapping in force: every column listed, and whether it was set or guessed; what was decided about the file."""

    def role(g: ColumnGuess) -> ColumnRole:
        said = mapping.columns.get(g.column)
        values = {} if said is None else dict(said.values)
        return ColumnRole(
            "fact" if g.why == APART else g.role, g.week, values, g.visit, g.measure, g.shown, guessed=said is None or said.guessed
        )

    return replace(mapping, columns={g.column: role(g) for g in guesses}, decisions=doubts.decisions.whole(), complete=True)


def _without_identity(
    table: Table, known: Recognised, others: Sequence[tuple[Table, Recognised, Doubts]], mapping: ColumnMapping, doubts: Doubts
) -> tuple[Table, list[tuple[Table, Recognised, Doubts]]]:
    """The tables without what identifies a person; a code that does so is replaced."""
    code = known.one("id")
    if known.coded and code is not None:
        new = pseudonyms(table.columns[code].stripped[~table.columns[code].blank])
        kind = known.kinds[code]
        doubts.report(
            "warning",
            "code_replaced",
            code,
            (),
            f"Column {code!r} is the only patient code and looks like {article(kind)}; "
            f"patients are called {', '.join(list(new.values())[:2])} … in the order of the file, and the {kind}s are not "
            'kept. "keep" keeps them.',
            (KEEP,),
        )
        doubts.record((), code, f"({kind}s)", "P01, P02 …", "a code that identifies a person is replaced")
        table = table.with_columns({code: _recoded(table.columns[code], new)})
        others = [(_recode_other(t, k, new), k, d) for t, k, d in others]
    out = []
    for one, its, told in ((table, known, doubts), *others):
        tell_same_person(one, its, told)
        tell_coded_levels(one, its, told)
        tell_odd_sexes(one, its, told)
        for guess in its.columns("identifying"):
            kind = its.kinds.get(guess.column, "identifying column")
            told.report(
                "warning",
                "identifying",
                guess.column,
                (),
                f"Column {guess.column!r} looks like {article(kind)}: it was left out and is not kept in memory.",
                (KEEP,),
            )
            told.record((), guess.column, f"({kind})", "", "identifies a person")
        for kept in mapping.keep_identifying:
            if kept in one.columns:
                told.report(
                    "warning",
                    "code_replaced" if kept == its.one("id") else "identifying",
                    kept,
                    (),
                    f"Column {kept!r} identifies a person and is kept, as you decided.",
                    (KEEP,),
                )
        out.append((one.without({g.column for g in its.columns("identifying")}), its, told))
    return out[0][0], out[1:]


def _recoded(column: Column, new: dict[str, str]) -> Column:
    return Column(np.array([new.get(d.strip(), "") for d in column.distinct], dtype=object)[column.codes])


def _recode_other(table: Table, known: Recognised, new: dict[str, str]) -> Table:
    code = known.one("id")
    return table if code is None else table.with_columns({code: _recoded(table.columns[code], new)})


def _assemble(table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts, events_only: bool = False) -> Assembled | None:
    none = not any(g.role == "salt" or g.role in REGION_ROLES for g in known.guesses)
    if none and events_only and known.one("id") is not None:
        doubts.report(
            "warning",
            "no_visits",
            "",
            (),
            "There is no SALT in these files: the cohort has its patients and their adverse events, and no visit with a value.",
        )
        made = assemble_wide(table, replace(known, layout="wide"), mapping, doubts)
        salt = pd.DataFrame({0: np.full(len(made.salt), np.nan)}, index=made.salt.index)
        return replace(made, salt=salt, rows=np.zeros(salt.shape, dtype=np.int64))
    if none:
        doubts.refuse(
            "no_salt",
            "",
            causes.no_salt(table),
        )
        return None
    visits = known.one("week") or ""
    reason = no_visits(table, visits) if known.layout == "long" and not mapping.visits else ""
    if reason:
        doubts.refuse("visit_codes", visits, reason)
        return None
    if known.layout == "long":
        made = assemble_long(table, known, mapping, doubts)
    elif known.layout == "dated":
        made = assemble_dated(table, known, mapping, doubts)
    else:
        made = assemble_wide(table, known, mapping, doubts)
    if (
        known.score == SALT.name
        and known.layout == "wide"
        and not any("salt" in g.column.lower() or "salt" in g.label.lower() or not g.column.isascii() for g in known.columns("salt"))
        and known.columns("salt")
    ):
        doubts.note(
            "score_assumed",
            known.columns("salt")[0].column,
            (),
            "The headers of the visits do not say what is measured; the values are taken as SALT, 0 to 100.",
        )
    return made


def _scale(made: Assembled, known: Recognised) -> Measure:
    return SALT if known.score == SALT.name else scale_for(known.score, made.salt.to_numpy(dtype=float).ravel(), known.scales)


def _tell_score(known: Recognised, doubts: Doubts) -> None:
    column = next((g.column for g in known.columns("salt")), "")
    if known.score != SALT.name and column and not any(p.code == "score" for p in doubts.problems):
        told = f"The values are headed {known.score}, not SALT; endpoints such as SALT75 and the range 0 to 100 are SALT's."
        doubts.report("warning", "score", column, (), told)


def _shown(made: Assembled | None, guesses: Sequence[ColumnGuess], doubts: Doubts) -> Assembled | None:
    """The facts under the names that they were given for the screen."""
    if made is None:
        return None
    names = {g.column: g.shown for g in guesses if g.shown and g.column in made.patients.columns}
    others = set(map(str, made.patients.columns)) - set(names)
    for column, shown in list(names.items()):
        if shown in others or list(names.values()).count(shown) > 1:
            del names[column]
            doubts.report(
                "warning", "name_taken", column, (), f"Column {column!r} keeps its name: another column is called {shown!r}."
            )
    if not names:
        return made
    return replace(made, patients=made.patients.rename(columns=names), roles={r: names.get(c, c) for r, c in made.roles.items()})
