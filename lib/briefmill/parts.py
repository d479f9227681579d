"""What blocks are made of: frozen dataclasses that check themselves and read themselves back from JSON.

A part takes lists where its fields ask for tuples, words where they ask for text, and plain JSON values
where they ask for other parts; so the constructor is all that is needed to read one back. A
mapping travels as one text of JSON: it may be large, and nothing on its way is to look into it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache, partial
from typing import Any, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Part:
    """Anything that a page is made of: a block, a row of a table, a run of text."""

    def __post_init__(self) -> None:
        part_type: Any = type(self)
        for name, fitted in _fitters(part_type):
            object.__setattr__(self, name, fitted(getattr(self, name)))

    @classmethod
    def read(cls, value: Any) -> Any:
        """The part that `value`, a part of this class or its JSON, stands for."""
        return value if isinstance(value, cls) else cls(**value)

    def as_json(self) -> dict[str, Any]:
        """The part as plain JSON values; what has its default is left out."""
        kind: Any = type(self)
        defaults = _defaults(kind)
        values = {name: getattr(self, name) for name in defaults}
        return {
            name: _as_json(value)
            for name, value in values.items()
            if value != defaults[name]
        }


def public_fields(part: Any) -> list[Field]:
    """The fields that belong to the page: those that take part in comparisons."""
    return [field for field in fields(part) if field.compare]


@cache
def nested_fields(part: Any) -> dict[str, Any]:
    """The fields of `part` that hold parts or tuples, with their types."""
    plain = {str, int, float, bool, Any}
    hints = get_type_hints(part)
    return {
        field.name: hints[field.name]
        for field in fields(part)
        if field.compare and hints[field.name] not in plain
    }


@cache
def _defaults(part_type: Any) -> dict[str, Any]:
    """The public fields of a kind of part with their defaults; kept, so never change it."""
    return {field.name: _default(field) for field in public_fields(part_type)}


def _default(field: Field) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


Fitter = Callable[[Any], Any]


@cache
def _fitters(part_type: Any) -> list[tuple[str, Fitter]]:
    """The fields of a kind of part that hold parts or tuples, each with what makes its value fit."""
    return [(name, _fitter(hint)) for name, hint in nested_fields(part_type).items()]


@cache
def _fitter(hint: Any) -> Fitter:
    """What turns a value into what a field of type `hint` holds."""
    if get_origin(hint) is tuple:
        kinds = get_args(hint)
        if kinds[-1] is Ellipsis:
            return partial(_as_tuple, _fitter(kinds[0]))
        return partial(_as_few, [_fitter(kind) for kind in kinds])
    if isinstance(hint, type) and issubclass(hint, Part):
        return hint.read
    if get_origin(hint) in (dict, Mapping):
        return _as_mapping
    if type(None) in get_args(hint):
        return partial(_unless_none, _fitter(get_args(hint)[0]))
    return _as_it_is


def _as_tuple(fitted: Fitter, value: Any) -> tuple[Any, ...]:
    """A tuple of any length; words or a part alone become a tuple of one."""
    if isinstance(value, str):
        value = (value,) if value else ()
    elif isinstance(value, Part):
        value = (value,)
    return tuple(map(fitted, value))


def _as_few(fitters: list[Fitter], value: Any) -> tuple[Any, ...]:
    """A tuple of so many values, each of its own type."""
    return tuple(fitted(item) for fitted, item in zip(fitters, value, strict=True))


def _unless_none(fitted: Fitter, value: Any) -> Any:
    return None if value is None else fitted(value)


def _as_mapping(value: Any) -> Any:
    """A mapping, or the one whose JSON is given."""
    return json.loads(value) if isinstance(value, str) else value


def _as_it_is(value: Any) -> Any:
    return value


def _as_json(value: Any) -> Any:
    # Most values are plain, and that is quicker to see.
    if isinstance(value, str | int):
        return value
    if isinstance(value, Part):
        return value.as_json()
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return value
