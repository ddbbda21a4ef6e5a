"""Texts as alternatives of pieces: what an expression may come to, its parts named after what fills them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import product

#: An expression of more alternatives than this keeps its choices as parts.
MOST = 12


@dataclass(frozen=True)
class Part:
    """Something that is filled in when the text is made: ``source`` is its expression."""

    source: str
    name: str


Text = tuple[str | Part, ...]


def words(text: str) -> frozenset[str]:
    """The words of a list in one text."""
    return frozenset(text.split())


def joined(pieces: Text) -> Text:
    """Neighbouring strings made one."""
    out: list[str | Part] = []
    for piece in pieces:
        if isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        elif piece != "":
            out.append(piece)
    return tuple(out)


def times(*choices: list[Text]) -> list[Text] | None:
    """Every combination of alternatives, None where they are too many."""
    count = 1
    for one in choices:
        count *= max(1, len(one))
    if count > MOST:
        return None
    return list(dict.fromkeys(joined(tuple(p for text in combination for p in text)) for combination in product(*choices)))


def named(node: ast.expr) -> Part:
    """A part named after the expression that fills it."""
    return Part(ast.unparse(node), _name(node))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        name = node.id
    elif isinstance(node, ast.Attribute):
        name = node.attr
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        name = node.slice.value
    elif isinstance(node, ast.Subscript):
        name = _name(node.value)
    elif isinstance(node, ast.Call):
        function = _name(node.func)
        inner = _name(node.args[0]) if node.args else ""
        name = function if not inner or inner == "part" or function in ("len", "counted", "listing") else inner
        name = {"len": "n", "counted": "count", "listing": "list"}.get(name, name)
        name = {"interval": "interval", "ratio_interval": "interval", "count": "k_of_n", "p_value": "p"}.get(function, name)
    elif isinstance(node, ast.BinOp):
        name = _name(node.right if isinstance(node.left, ast.Constant) else node.left)
    elif isinstance(node, ast.UnaryOp):
        name = _name(node.operand)
    elif isinstance(node, ast.IfExp):
        name = _name(node.body)
    else:
        name = "part"
    name = re.sub(r"\W+", "_", name).strip("_").lower()
    return name if re.match(r"[a-z]\w*$", name) else "part"


def written(text: Text) -> str:
    """The text as a message: parts in braces, one name for one expression, numbered where two would share it."""
    names: dict[str, str] = {}
    out = ""
    for piece in text:
        if isinstance(piece, str):
            out += piece
            continue
        if piece.source not in names:
            name, k = piece.name, 2
            while name in names.values():
                name, k = f"{piece.name}_{k}", k + 1
            names[piece.source] = name
        out += "{" + names[piece.source] + "}"
    return out


#: Words before a full stop that ends no sentence.
_SHORT = re.compile(r"\b(?:e\.g|i\.e|vs|al|cf|Fig|St|No|approx|etc|Dr|J|Med|Stat|[A-Z])\.$")
_END = re.compile(r"(?<=[.!?])(?P<gap>\s+)(?=[A-Z“\"(*])")


def sentences(text: Text) -> list[Text]:
    """The sentences of a text, each without the white space around."""
    out: list[list[str | Part]] = [[]]
    for i, piece in enumerate(text):
        if isinstance(piece, Part):
            before = out[-1][-1] if out[-1] else ""
            if isinstance(before, str) and re.search(r"[.!?]\s+$", before) and not _SHORT.search(before.rstrip()):
                out.append([])
            out[-1].append(piece)
            continue
        at = 0
        for found in _END.finditer(piece):
            if not _SHORT.search(piece[: found.start()]):
                out[-1].append(piece[at : found.start()])
                out.append([])
                at = found.end()
        out[-1].append(piece[at:])
        del i
    return [stripped(joined(tuple(one))) for one in out]


def stripped(text: Text) -> Text:
    """Without white space at both ends."""
    pieces = list(text)
    if pieces and isinstance(pieces[0], str):
        pieces[0] = pieces[0].lstrip()
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] = pieces[-1].rstrip()
    return joined(tuple(p for p in pieces if p != ""))


def lines(text: Text) -> list[Text]:
    """The lines of a text."""
    out: list[list[str | Part]] = [[]]
    for piece in text:
        if isinstance(piece, Part):
            out[-1].append(piece)
            continue
        first, *rest = piece.split("\n")
        out[-1].append(first)
        out += [[line] for line in rest]
    return [stripped(joined(tuple(one))) for one in out]
