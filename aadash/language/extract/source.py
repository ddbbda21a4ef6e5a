"""The texts of a module: what its expressions may come to, followed through the variables of a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from aadash.language.extract.texts import Part, Text, named, times, words

#: Keyword arguments that no reader sees.
_UNSEEN_KEYWORDS = words("""
key icon type format kind sort field method dtype encoding align baseline color colour on_select width height mime media
file_name lang language label_visibility vertical_alignment horizontal_alignment gap position layout scope code codes analysis
section endpoint missing stratifier measure role roles id scale stack font expr as_ groupby columns how on by axis order errors
newline orient mode shortcut name names controls fields interpolate shape cursor autocomplete op picks part only estimate
alternative adjust initial_sidebar_state pattern
""")
#: Functions whose arguments no reader sees.
_UNSEEN_CALLS = words("""
get pop getattr hasattr setattr startswith endswith split rsplit encode decode strip lstrip rstrip replace removeprefix
removesuffix compile sub search match fullmatch finditer findall fold_case isin groupby rename drop sort_values to_datetime
to_numpy astype rows members open Path import_module note_of TypeVar ContextVar NamedTuple namedtuple field_names markdown_style
html_style transform_calculate transform_filter translate NamedData ExprRef log debug execute sql setdefault strftime strptime
isinstance panel draws prints pd_read loads execv Popen run_command environ ArgumentParser add_argument add_parser casefold
maketrans union count_of index find rfind partition fromisoformat literal
""")
#: Errors of the programmer.
_UNSEEN_ERRORS = {
    "ValueError", "TypeError", "KeyError", "RuntimeError", "AssertionError", "AttributeError", "NotImplementedError", "IndexError",
    "SystemExit", "OSError", "ImportError", "StopIteration",
}  # fmt: skip

Environment = dict[str, list[Text]]
#: In an environment: it is that of a function, whose variables are shown where they are used.
_INSIDE = "(function)"


def texts_of(path: Path) -> Iterator[Text]:
    """Every text that a module can make and somebody may see, with much that nobody sees: :mod:`.visible` tells them apart."""
    walker = _Walker()
    walker.block(ast.parse(path.read_text(encoding="utf-8")).body, {})
    yield from dict.fromkeys(walker.found)


class _Walker:
    def __init__(self) -> None:
        self.found: list[Text] = []

    # statements

    def block(self, body: list[ast.stmt], env: Environment) -> bool:
        """Follow statements; whether their end can be reached."""
        return all(self.statement(one, env) for one in body)

    def statement(self, s: ast.stmt, env: Environment) -> bool:
        if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for decorator in s.decorator_list:
                self.show(decorator, env)
            for default in [*s.args.defaults, *s.args.kw_defaults]:
                if default is not None:
                    self.show(default, env)
            given = {a.arg for a in ast.walk(s.args) if isinstance(a, ast.arg)}  # whatever else has their names
            self.block(_without_docstring(s.body), {**{k: v for k, v in env.items() if k not in given}, _INSIDE: []})
        elif isinstance(s, ast.ClassDef):
            for decorator in s.decorator_list:
                self.show(decorator, env)
            self.block(_without_docstring(s.body), dict(env))
        elif isinstance(s, (ast.Assign, ast.AnnAssign)):
            self._assign(s, env)
        elif isinstance(s, ast.AugAssign):
            self._grow(s, env)
        elif isinstance(s, ast.If):
            return self._if(s, env)
        elif isinstance(s, (ast.For, ast.While, ast.With, ast.Try)):
            self._inside(s, env)
        elif isinstance(s, ast.Match):
            self.show(s.subject, env)
            for case in s.cases:
                self.block(case.body, dict(env))
        elif isinstance(s, ast.Raise):
            if s.exc is not None and not (isinstance(s.exc, ast.Call) and _function(s.exc) in _UNSEEN_ERRORS):
                self.show(s.exc, env)
            return False
        elif isinstance(s, ast.Return):
            if s.value is not None:
                self.show(s.value, env)
            return False
        elif isinstance(s, ast.Expr):
            if not isinstance(s.value, ast.Constant):
                self.show(s.value, env)
        elif isinstance(s, (ast.Continue, ast.Break)):
            return False
        return True

    def _assign(self, s: ast.Assign | ast.AnnAssign, env: Environment) -> None:
        targets = s.targets if isinstance(s, ast.Assign) else [s.target]
        if s.value is None:
            return
        names = [t.id for t in targets if isinstance(t, ast.Name)]
        found = self.value(s.value, env) if names else None
        if found is not None:
            for name in names:
                env[name] = found
            if _INSIDE not in env:
                self.found += found
            self._loads(s.value, env)
            return
        for name in names:
            env.pop(name, None)
        for target in targets:
            if isinstance(target, ast.Subscript) and (head := self.value(target.slice, env)) and _is_head(head[0]):
                self.found += head  # a column of a printed table
            for inner in ast.walk(target):
                if isinstance(inner, ast.Name):
                    env.pop(inner.id, None)
        self.show(s.value, env)

    def _grow(self, s: ast.AugAssign, env: Environment) -> None:
        if isinstance(s.target, ast.Name) and isinstance(s.op, ast.Add):
            more, before = self.value(s.value, env), env.get(s.target.id)
            if more is not None and before is not None:
                grown = times(before, more)
                if grown is not None:
                    env[s.target.id] = grown
                    return
                self.found += [*before, *more]
                env.pop(s.target.id)
                return
            if before is not None:
                self.found += before
                env.pop(s.target.id)
        self.show(s.value, env)

    def _if(self, s: ast.If, env: Environment) -> bool:
        self.show(s.test, env)
        yes, no = dict(env), dict(env)
        ends = self.block(s.body, yes), self.block(s.orelse, no)
        reached = [e for e, end in zip((yes, no), ends, strict=True) if end]
        if reached:
            merged = self._merged(reached)
            env.clear()
            env.update(merged)
        return bool(reached)

    def _merged(self, reached: list[Environment]) -> Environment:
        out: Environment = {}
        for name in set(reached[0]).intersection(*reached[1:]) if len(reached) > 1 else set(reached[0]):
            every = list(dict.fromkeys(text for e in reached for text in e[name]))
            if len(every) <= 12:
                out[name] = every
            else:
                self.found += every
        for e in reached:
            for name, texts in e.items():
                if name not in out:
                    self.found += texts
        return out

    def _inside(self, s: ast.For | ast.While | ast.With | ast.Try, env: Environment) -> None:
        for inner in ast.walk(s):
            if isinstance(inner, ast.AugAssign) and isinstance(inner.target, ast.Name) and isinstance(s, (ast.For, ast.While)):
                self.found += env.pop(inner.target.id, [])
        if isinstance(s, ast.For):
            self.show(s.iter, env)
        elif isinstance(s, ast.While):
            self.show(s.test, env)
        elif isinstance(s, ast.With):
            for item in s.items:
                self.show(item.context_expr, env)
        inner_env = env if isinstance(s, ast.With) else dict(env)
        self.block(s.body, inner_env)
        for more in (getattr(s, "orelse", []), getattr(s, "finalbody", []), *(h.body for h in getattr(s, "handlers", []))):
            self.block(more, dict(env))

    # expressions

    def value(self, node: ast.expr, env: Environment) -> list[Text] | None:
        """What ``node`` may come to as a text; None where that cannot be told."""
        if isinstance(node, ast.Constant):
            return [(node.value,)] if isinstance(node.value, str) else None
        if isinstance(node, ast.JoinedStr):
            return self._formatted(node, env)
        if isinstance(node, ast.Name):
            return env.get(node.id)
        if isinstance(node, ast.IfExp):
            yes, no = self.value(node.body, env), self.value(node.orelse, env)
            if yes is None and no is None:
                return None
            return _either(yes or [(named(node.body),)], no or [(named(node.orelse),)])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.value(node.left, env), self.value(node.right, env)
            if left is None and right is None:
                return None
            return times(left or [(named(node.left),)], right or [(named(node.right),)])
        if isinstance(node, ast.Call) and _function(node) == "counted" and len(node.args) > 1:
            nouns = [a.value for a in node.args[1:] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if nouns and len(nouns) == len(node.args) - 1:
                n = Part(ast.unparse(node.args[0]), "n")
                return [(n, f" {nouns[0]}"), (n, f" {nouns[1] if len(nouns) > 1 else str(nouns[0]) + 's'}")]
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
            choices = [self.value(v, env) for v in node.value.values]
            if all(choices):
                return list(dict.fromkeys(text for c in choices for text in c or []))
        return None

    def _formatted(self, node: ast.JoinedStr, env: Environment) -> list[Text]:
        choices: list[list[Text]] = []
        for piece in node.values:
            if isinstance(piece, ast.Constant):
                choices.append([(str(piece.value),)])
            elif isinstance(piece, ast.FormattedValue):
                quoted = piece.format_spec is not None or piece.conversion == ord("r")  # in quotation marks it is another text
                inner = None if quoted else self.value(piece.value, env)
                choices.append(inner or [(named(piece.value),)])
        found = times(*choices)
        if found is not None:
            return found
        fields = list(node.values)
        for choice, piece in sorted(zip(choices, fields, strict=True), key=lambda pair: -len(pair[0])):
            if len(choice) > 1 and isinstance(piece, ast.FormattedValue):  # this choice becomes a part, its alternatives stand alone
                self.found += choice
                choices[fields.index(piece)] = [(named(piece.value),)]
                found = times(*choices)
                if found is not None:
                    return found
        return [(Part(ast.unparse(node), "part"),)]

    def show(self, node: ast.AST | None, env: Environment) -> None:
        """Find the texts in an expression."""
        if node is None or (isinstance(node, (ast.Compare, ast.Slice)) and not isinstance(node, ast.IfExp)):
            for inner in ast.iter_child_nodes(node) if node is not None else ():
                if not isinstance(inner, (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Set)):
                    self.show(inner, env)
            return
        if isinstance(node, ast.expr):
            found = self.value(node, env)
            if found is not None:
                self.found += found
                self._loads(node, env)
                return
        if isinstance(node, ast.Call):
            self._call(node, env)
        elif isinstance(node, ast.Subscript):
            self.show(node.value, env)
            if not isinstance(node.slice, (ast.Constant, ast.Tuple, ast.List)):
                self.show(node.slice, env)
        else:
            for inner in ast.iter_child_nodes(node):
                self.show(inner, env)

    def _call(self, node: ast.Call, env: Environment) -> None:
        function = _function(node)
        self.show(node.func, env)
        if function in _UNSEEN_ERRORS:
            return
        if function not in _UNSEEN_CALLS:
            for argument in node.args:
                self.show(argument, env)
        else:
            for argument in node.args:
                if not isinstance(argument, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.List, ast.Tuple, ast.Dict)):
                    self.show(argument, env)
        for keyword in node.keywords:
            plain = isinstance(keyword.value, (ast.Constant, ast.JoinedStr, ast.IfExp, ast.BinOp, ast.List, ast.Tuple, ast.Name))
            if not (keyword.arg in _UNSEEN_KEYWORDS and plain):
                self.show(keyword.value, env)

    def _loads(self, node: ast.expr, env: Environment) -> None:
        """Texts within the parts of a text: arguments of the functions that fill them."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.FormattedValue) and self.value(inner.value, env) is None:
                self.show(inner.value, env)
            elif isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Add):
                for side in (inner.left, inner.right):
                    if isinstance(side, ast.Call) and self.value(side, env) is None:
                        self.show(side, env)


def _is_head(text: Text) -> bool:
    """Whether a key is what stands at the head of a column: words that begin with a capital."""
    first = text[0]
    return isinstance(first, str) and first[:1].isupper() and any(" " in p for p in text if isinstance(p, str))


def _function(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _either(first: list[Text], second: list[Text]) -> list[Text]:
    return list(dict.fromkeys([*first, *second]))


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return body[1:] if said else body
