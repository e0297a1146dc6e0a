"""The small mistakes that a mutant is made with: for one node of a syntax tree, the nodes that may replace it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    **{order: tuple(other for other in _ORDERS if other is not order) for order in _ORDERS},
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
_FIXED = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass, ast.Global, ast.Nonlocal)


def replacements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield each node that may stand in a node's place; none for a node that has no such mistake.

    >>> [ast.unparse(other) for other in replacements(ast.parse("a < b", mode="eval").body)]
    ['a <= b', 'a > b', 'a >= b']
    >>> [ast.unparse(other) for other in replacements(ast.parse("n += 1").body[0])]
    ['n -= 1', 'pass']
    """
    for mistake in (_comparison, _arithmetic, _logic, _constant, _bounds, _condition, _result, _deleted):
        yield from mistake(node)


def _with(node: Any, **fields: Any) -> ast.AST:
    """A copy of a node with other fields."""
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def _comparison(node: ast.AST) -> Iterator[ast.AST]:
    """Another order, or the opposite; each place of a chain by itself."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in _COMPARISONS[type(operator)]:
                yield _with(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])


def _arithmetic(node: ast.AST) -> Iterator[ast.AST]:
    """+ for -, << for >>, & for | and so on; a sign or ~ left out."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in _ARITHMETIC:
        yield _with(node, op=_ARITHMETIC[type(node.op)]())
    if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not):
        yield node.operand


def _logic(node: ast.AST) -> Iterator[ast.AST]:
    """`and` for `or`, one side alone, `not` left out."""
    if isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield from node.values
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand


def _constant(node: ast.AST) -> Iterator[ast.AST]:
    """One more and one less; the other truth value; an empty text, and another one."""
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from (ast.Constant(value + 1), ast.Constant(value - 1))
    elif isinstance(value, (str, bytes)):
        empty, other = ("", "X") if isinstance(value, str) else (b"", b"X")
        yield from (ast.Constant(text) for text in (empty, other) if text != value)


def _bounds(node: ast.AST) -> Iterator[ast.AST]:
    """A slice's bound left out; a bound of a slice or a range moved by one (constants move by themselves)."""
    if isinstance(node, ast.Slice):
        for field in ("lower", "upper"):
            bound = getattr(node, field)
            if bound is not None:
                yield _with(node, **{field: None})
                yield from (_with(node, **{field: moved}) for moved in _moved(bound))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        for place, bound in enumerate(node.args):
            for moved in _moved(bound):
                yield _with(node, args=[*node.args[:place], moved, *node.args[place + 1 :]])


def _moved(bound: ast.expr) -> Iterator[ast.expr]:
    if not isinstance(bound, (ast.Constant, ast.UnaryOp)):
        yield ast.BinOp(bound, ast.Add(), ast.Constant(1))
        yield ast.BinOp(bound, ast.Sub(), ast.Constant(1))


def _condition(node: ast.AST) -> Iterator[ast.AST]:
    """A condition that always holds, or never."""
    for forced in (ast.Constant(True), ast.Constant(False)):
        if isinstance(node, (ast.If, ast.While, ast.IfExp)):
            yield _with(node, test=forced)
        if isinstance(node, ast.comprehension) and node.ifs:
            yield _with(node, ifs=[forced])


def _result(node: ast.AST) -> Iterator[ast.AST]:
    """None instead of what is returned or yielded, if that is not None as it is."""
    if isinstance(node, (ast.Return, ast.Yield)) and ast.unparse(node.value or ast.Constant(None)) != "None":
        yield _with(node, value=ast.Constant(None))


def _deleted(node: ast.AST) -> Iterator[ast.AST]:
    """No statement at all; definitions and imports stay, as nothing runs without them."""
    if isinstance(node, ast.stmt) and not isinstance(node, _FIXED):
        yield ast.Pass()
