"""Whether `datapackage.json` has the shape that its readers rely on, by the JSON Schema beside this file.

The schema says what may stand where; `disagreements` says which names in one part stand nowhere in another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import regex

from briefmill.imports import FORMATS, without

with without(*FORMATS):
    from jsonschema import Draft202012Validator, FormatChecker, ValidationError

_SCHEMA = Path(__file__).with_name("contract.schema.json")
_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a table of names and values",
    "string": "a text",
}
_FORMATS = FormatChecker(formats=())


class Misfit(NamedTuple):
    """Something in `datapackage.json` that is not as it must be: where, the value there, and the rule."""

    place: str
    value: str
    rule: str


@_FORMATS.checks("regex", raises=regex.error)
def _is_pattern(value: object) -> bool:
    return not isinstance(value, str) or bool(regex.compile(value))


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=_FORMATS)


def misfits(package: Any) -> list[Misfit]:
    """Every place where `package` has another shape than the schema asks for."""
    errors = _validator().iter_errors(package)
    found = [
        Misfit(_place(package, error.absolute_path), _value(error.instance), rule)
        for error in errors
        for rule in _rules(error)
    ]
    return list(dict.fromkeys(found))


def _rules(error: ValidationError) -> Iterator[str]:
    """What must be, in words."""
    wanted: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "type":
            types = [wanted] if isinstance(wanted, str) else wanted
            yield f"must be {' or '.join(_TYPES[each] for each in types)}"
        case "required":
            yield from (f"must have {name}" for name in wanted if name not in instance)
        case "dependentRequired":
            yield f"must have {', '.join(next(iter(wanted.values())))}"
        case "enum":
            yield f"must be one of {', '.join(map(str, wanted))}"
        case "minLength" | "minItems" | "minProperties":
            yield "must not be empty"
        case "maxItems" | "maxProperties" | "maxLength":
            yield f"must hold at most {wanted}"
        case "minimum":
            yield f"must be at least {wanted}"
        case "maximum":
            yield f"must be at most {wanted}"
        case "exclusiveMinimum":
            yield f"must be more than {wanted}"
        case "exclusiveMaximum":
            yield f"must be less than {wanted}"
        case "format":
            yield f"must be a pattern ({error.cause})"
        case "pattern":
            yield "must be the name of a file in the data folder"
        case "additionalProperties":
            yield "must have a condition that the codebook knows"
        case _:
            yield _rule_of_choice(error)


def _rule_of_choice(error: ValidationError) -> str:
    """What must be where the schema leaves a choice and none is met."""
    if error.schema_path and "field" in map(str, error.schema_path):
        return "must have type"
    if error.absolute_path and str(error.absolute_path[-1]) == "path":
        return "must be the name of a file in the data folder, or a list of two"
    if isinstance(error.instance, dict) and "name" in error.instance:
        return "must have type"
    return "must be a condition: a list of values, or an operator and what it compares with"


def _place(package: Any, path: Sequence[str | int]) -> str:
    """The way to a place in `package` in words, an entry of a list by its name where it has one."""
    words: list[str] = []
    node = package
    for step in path:
        node = node[step]
        name = ""
        if isinstance(step, int) and isinstance(node, dict):
            names = (node.get(each) for each in ("name", "key", "kind", "word"))
            name = next((each for each in names if isinstance(each, str)), "")
        words.append(name or (f"entry {step + 1}" if isinstance(step, int) else step))
    return ".".join(words)


def texts_of(package: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text of a package, with the way to its place in words."""
    left: list[tuple[tuple[str | int, ...], Any]] = [((), package)]
    while left:
        path, value = left.pop()
        if isinstance(value, str):
            yield _place(package, path), value
        elif isinstance(value, dict):
            left += [((*path, name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            left += [((*path, number), inner) for number, inner in enumerate(value)]


def _value(value: Any) -> str:
    """`value` as text where it is one value; "" for a list or a table."""
    return "" if isinstance(value, list | dict) else json.dumps(value)


def disagreements(package: Mapping[str, Any]) -> list[Misfit]:
    """Every name of a table or a column that stands in no table of `package`, which has the right shape."""
    columns = _columns(package)
    found = []
    for place, table, column in _named(package):
        if table not in columns:
            found.append(Misfit(place, table, "must be a table of the contract"))
        elif column is not None and column not in columns[table]:
            rule = f"must be a column of {table}"
            found.append(Misfit(place, column, rule))
    names = [resource["name"] for resource in package["resources"]]
    for name in sorted({each for each in names if names.count(each) > 1}):
        found.append(Misfit("resources", name, "must stand once"))
    return found


def _columns(package: Mapping[str, Any]) -> dict[str, set[str]]:
    """The columns of each table."""
    return {
        resource["name"]: {
            field["name"] for field in resource.get("schema", {}).get("fields", ())
        }
        for resource in package["resources"]
    }


def _named(package: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """Each table, and each column of one, that some part of the contract names, after the place of that part."""
    for resource in package["resources"]:
        yield from _named_by_table(resource)
    rules = package["allywatch"]
    gazetteer = rules["gazetteer"]
    for column in (gazetteer["code"], gazetteer["aliases"], *gazetteer["names"]):
        yield "allywatch.gazetteer", gazetteer["table"], column
    for number, rule in enumerate(rules.get("row_rules", ()), start=1):
        place = f"allywatch.row_rules.entry {number}"
        for side in ("when", "then"):
            for column, condition in rule.get(side, {}).items():
                yield place, rule["table"], column
                if isinstance(condition, dict):
                    operator, operand = next(iter(condition.items()))
                    if operator in ("disjoint_from", "differs_from", "greater_than"):
                        yield place, rule["table"], operand
    for rule in rules.get("must_differ", ()):
        for column in (*rule["fields"], *rule.get("unless", {})):
            yield "allywatch.must_differ", rule["table"], column
    for rule in rules.get("must_be_named", ()):
        yield "allywatch.must_be_named", rule["table"], rule["field"]
        by = rule["by"]
        yield "allywatch.must_be_named.by", by["resource"], by["field"]
    for weight in rules["weights"]:
        if "table" in weight:
            yield "allywatch.weights", weight["table"], weight.get("field")


def _named_by_table(
    resource: Mapping[str, Any],
) -> Iterator[tuple[str, str, str | None]]:
    """What one table names: its own columns as keys, and those of other tables."""
    name = resource["name"]
    place = f"resources.{name}"
    for table in resource.get("rows_as_in", ()):
        yield place, table, None
    schema = resource.get("schema")
    if schema is None:
        return
    for key in (schema.get("primaryKey", ()), *schema.get("uniqueKeys", ())):
        for column in key:
            yield place, name, column
    for foreign in schema.get("foreignKeys", ()):
        target = foreign["reference"]
        yield place, name, foreign["fields"][0]
        yield place, target["resource"], target["fields"][0]
    for field in schema["fields"]:
        targets = [*field.get("references", ())]
        if "same_as" in field:
            targets.append(field["same_as"])
        for target in targets:
            yield f"{place}.{field['name']}", target["resource"], target["field"]
