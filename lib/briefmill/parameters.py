"""The parameters that a notebook declares in its cell tagged ``parameters``, and values for them from text."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

#: What a parameter may be annotated with, and the types its value may have then.
_KINDS: dict[str, type] = {
    "bool": bool,
    "dict": dict,
    "float": float,
    "int": int,
    "list": list,
    "str": str,
    "tuple": tuple,
}
_TRUTHS = {"true": True, "false": False}


class ParameterError(ValueError):
    """A cell of parameters, or a value, that cannot be read; `str()` says why and what to write."""


@dataclass(frozen=True)
class Parameter:
    """One declared parameter: its default and its annotation as source text, "" where it has none."""

    name: str
    default: str
    annotation: str = ""

    def value(self, text: str) -> Any:
        """`text` as a value of this parameter's type, which its annotation states, else its default.

        Raises
        ------
        ParameterError
            If the type cannot be known, or `text` is of another.
        """
        kinds = self._kinds()
        if str in kinds:
            return text
        if type(None) in kinds and text == "None":
            return None
        if bool in kinds and text.lower() in _TRUTHS:
            return _TRUTHS[text.lower()]
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            value = None
        if type(value) is int and float in kinds and int not in kinds:
            value = float(value)
        if value is None or type(value) not in kinds:
            like = f"{self.default} ({self.annotation})".removesuffix(" ()")
            raise ParameterError(
                f"The parameter {self.name} takes a value like {like}, not {text!r}."
            )
        return value

    def _kinds(self) -> set[type]:
        """The types a value may have."""
        kinds = set()
        if self.annotation:
            kinds = set(_annotated(ast.parse(self.annotation, mode="eval").body))
        else:
            try:
                kinds = {type(ast.literal_eval(self.default))}
            except (ValueError, TypeError):
                kinds = set()
        if not kinds - {type(None)}:
            raise ParameterError(
                f"The parameter {self.name} = {self.default} does not say what a value for it is; "
                f"annotate it in its notebook, such as {self.name}: int | None = {self.default}."
            )
        return kinds


def _annotated(node: ast.expr) -> Iterator[type]:
    """The types that an annotation names; none for what is no plain type."""
    match node:
        case ast.Name(id=name) if name in _KINDS:
            yield _KINDS[name]
        case ast.Constant(value=None):
            yield type(None)
        case ast.Constant(value=str(words)):
            with suppress(SyntaxError, ValueError):  # words that are no annotation
                yield from _annotated(ast.parse(words, mode="eval").body)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _annotated(left)
            yield from _annotated(right)
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            yield from _annotated(inner)
            yield type(None)
        case ast.Subscript(value=ast.Name(id=name)) if name in _KINDS:
            yield _KINDS[name]


def declared_in(notebook: Mapping[str, Any]) -> dict[str, Parameter]:
    """What the first cell tagged ``parameters`` assigns, by name: papermill looks at no other.

    Raises
    ------
    ParameterError
        If the cell is no plain Python, or assigns to anything but a name.
    """
    for cell in notebook["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            break
    else:
        return {}
    try:
        body = ast.parse("".join(cell["source"])).body
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ParameterError(
            f"its parameters cell is no plain Python in line {line}; a magic belongs in a cell of its own"
        ) from None
    parameters = {}
    for node in body:
        for parameter in _assigned(node):
            parameters[parameter.name] = parameter
    return parameters


def _assigned(node: ast.stmt) -> Iterator[Parameter]:
    """The parameters that one statement declares."""
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=value):
            if value:
                yield Parameter(name, ast.unparse(value), ast.unparse(kind))
        case ast.Assign(targets=targets, value=value) if all(
            isinstance(target, ast.Name) for target in targets
        ):
            yield from (
                Parameter(ast.unparse(each), ast.unparse(value)) for each in targets
            )
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            raise ParameterError(
                f"its parameters cell has {ast.unparse(node)!r} in line {node.lineno}; "
                "write one NAME = VALUE a line"
            )
