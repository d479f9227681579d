"""What the codebook lets a proposer say: which codes there are, and which may stand together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from allywatch.data import conditions
from allywatch.data.dataset import Dataset
from allywatch.data.frames import records
from allywatch.desk.proposing.likeness import Descriptions

#: In a definition, what is no case of its type, and in brackets the codes of the types it is one of.
_SENT_TO = re.compile(r"([^;(]+)\(([A-Z_]+(?:, [A-Z_]+)*)\)")
_LEAST_WORDS_OF_CASE = 3
#: A channel and a direction.
Move = tuple[str, int]


@dataclass(frozen=True)
class Codebook:
    """The codes of a data folder with their descriptions.

    Attributes
    ----------
    moves
        Every channel with every direction.
    definitions, usual_direction
        Of each type; None where it has no usual direction.
    examples
        Descriptions of cases, each with its type.
    """

    types: Descriptions
    channels: Descriptions
    dimensions: Descriptions
    intensities: Descriptions
    moves: tuple[Move, ...]
    definitions: dict[str, str]
    examples: tuple[tuple[str, str], ...]
    usual_direction: dict[str, int | None]
    rules: tuple[dict[str, Any], ...]
    focal_power: str

    def type_of(self, modality: str) -> str:
        """The type that goes by the name of a modality, as a forecast does; "" where there is none."""
        name = modality.upper()
        return name if name in self.usual_direction else ""

    def sound(self, casts: Sequence[tuple[str, str]]) -> list[list[Move]]:
        """For each pair of cells `partners` and `counterparts`, the moves that the row rules allow."""
        distinct = list(dict.fromkeys(casts))
        rows = [
            (partners, counterparts, channel, str(direction))
            for partners, counterparts in distinct
            for channel, direction in self.moves
        ]
        columns = ["partners", "counterparts", "channel", "direction"]
        cells = pd.DataFrame(rows, columns=columns)
        allowed = pd.Series(True, index=cells.index)
        names = {"$focal_power": self.focal_power}
        for rule in self.rules:
            if conditions.columns(rule, columns) <= set(columns):
                _, bad = conditions.unmet(cells, rule, names)
                allowed &= ~bad
        size = len(self.moves)
        moves_of = {}
        for number, cast in enumerate(distinct):
            verdicts = allowed[number * size : (number + 1) * size]
            pairs = zip(self.moves, verdicts, strict=True)
            moves_of[cast] = [move for move, is_allowed in pairs if is_allowed]
        return [moves_of[cast] for cast in casts]


@lru_cache(maxsize=4)
def codebook(dataset: Dataset) -> Codebook:
    """The codebook of a data folder."""
    schema = dataset.contract.tables["events"]
    types = dataset.event_types
    directions = types["usual_direction"]
    definitions = {
        row["type"]: f"{row['label']}. {row['definition']}" for row in records(types)
    }
    return Codebook(
        types=Descriptions(definitions),
        channels=_described(schema.fields["channel"]),
        dimensions=_described(schema.fields["dimension"]),
        intensities=_described(schema.fields["intensity"]),
        moves=tuple(
            (channel["value"], direction["value"])
            for channel in schema.fields["channel"]["categories"]
            for direction in schema.fields["direction"]["categories"]
        ),
        definitions=definitions,
        examples=tuple(_examples(types)),
        usual_direction={
            code: None if pd.isna(direction) else int(direction)
            for code, direction in zip(types["type"], directions, strict=True)
        },
        rules=tuple(schema.row_rules),
        focal_power=dataset.rules["focal_power"],
    )


def _examples(types: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """What the definitions say of each type, what they count for it, and what they send to another by its code."""
    codes = set(types["type"])
    for row in records(types):
        kept, _, sent = row["definition"].partition("Not:")
        meaning, _, counted = kept.partition("Counts")
        yield f"{row['label']}. {meaning}", row["type"]
        for case in re.split(r"[;:]", counted):
            if len(case.split()) >= _LEAST_WORDS_OF_CASE:
                yield case, row["type"]
        for case, named in _SENT_TO.findall(sent):
            for code in named.split(", "):
                if code in codes:
                    yield case, code


def _described(field: Any) -> Descriptions:
    """The values of a field with their labels and descriptions."""
    return Descriptions(
        {
            each["value"]: f"{each['label']}. {each.get('description', '')}"
            for each in field["categories"]
        }
    )
