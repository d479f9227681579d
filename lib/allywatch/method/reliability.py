"""Reliability: where two coders saw the same claim, did they code it alike? Pure arithmetic on frames.

The measure is Krippendorff's alpha, 1 − observed ÷ expected disagreement (Krippendorff, Content Analysis,
4th ed. 2019, ch. 12): 1 is full agreement, 0 what chance gives, below 0 worse than chance. Its interval
comes from drawing the pairs anew, with replacement. Pairs of one document are more alike than pairs of two,
so the interval is too narrow where documents are few; alpha without any one document says more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import krippendorff
import numpy as np
import pandas as pd

from allywatch.data import dates
from allywatch.method.unitising import Measure, pairs

Field = Mapping[str, Any]
Level = Literal["nominal", "ordinal"]


def codes(
    first: pd.DataFrame, second: pd.DataFrame, twins: pd.DataFrame, field: Field
) -> pd.DataFrame:
    """What both coders put into one field, comparably.

    Grain: one row per pair of `twins`, in its order. Columns `source_id`, `first`, `second`: the code, None
    where it is blank or says that none can be given (`off_scale`); a list is its entries in order, as text.
    """
    name: str = field["name"]
    columns = {"source_id": twins["source_id"]}
    for coder, coding in (("first", first), ("second", second)):
        cells = coding.set_index("coding_id")[name].reindex(twins[coder])
        coded = [_code(cell, field) for cell in cells.tolist()]
        columns[coder] = pd.Series(coded, index=twins.index, dtype=object)
    return pd.DataFrame(columns)


def _code(cell: Any, field: Field) -> Any:
    if isinstance(cell, tuple):
        return ";".join(sorted(cell))
    if field.get("part") == "year":
        happened_by = dates.bounds(cell).counted
        return happened_by.year if happened_by else None
    is_blank = pd.isna(cell) or cell == ""
    return None if is_blank or cell in field.get("off_scale", ()) else cell


def _measured(
    first: pd.DataFrame,
    second: pd.DataFrame,
    fields: Mapping[str, Field],
    measure: Measure,
) -> Iterator[tuple[str, Level, pd.DataFrame]]:
    """Each field that has a level of measurement, its level, and the pairs in which both gave a code."""
    twins = pairs(first, second, measure)
    for name, field in fields.items():
        if "level" in field:
            yield name, field["level"], codes(first, second, twins, field).dropna()


def agreement(
    first: pd.DataFrame,
    second: pd.DataFrame,
    fields: Mapping[str, Field],
    measure: Measure,
) -> pd.DataFrame:
    """Agreement on every field that has a ``level`` of measurement (nominal or ordinal).

    Grain: one row per such field; key `field`. Columns `level`; `n` (pairs in which both gave a code);
    `agreed` (share with the same code); `alpha`; `low`, `high` (interval of alpha by drawing pairs anew);
    `low_out`, `high_out` (alpha without any one source). Alpha is missing where it is not defined: with no
    pair, or where no code varies.
    """
    rows = []
    for name, level, coded in _measured(first, second, fields, measure):
        low, high = interval(coded, level, measure)
        without_source = pd.Series(
            [
                alpha(coded[coded["source_id"] != source_id], level)
                for source_id in coded["source_id"].unique()
            ],
            dtype=float,
        )
        agreed = (coded["first"] == coded["second"]).mean()
        rows.append(
            (
                name,
                level,
                len(coded),
                agreed,
                alpha(coded, level),
                low,
                high,
                without_source.min(),
                without_source.max(),
            )
        )
    columns = [
        "field",
        "level",
        "n",
        "agreed",
        "alpha",
        "low",
        "high",
        "low_out",
        "high_out",
    ]
    return pd.DataFrame(rows, columns=columns)


def alpha(coded: pd.DataFrame, level: Level) -> float:
    """Krippendorff's alpha of two coders' codes (columns `first`, `second`; none missing).

    Missing where no code varies: then nothing shows whether the coders can tell codes apart.
    """
    ranks, size = _ranks(coded)
    if size < 2:
        return np.nan
    return float(krippendorff.alpha(ranks, level_of_measurement=level))


def interval(
    coded: pd.DataFrame, level: Level, measure: Measure
) -> tuple[float, float]:
    """Percentile interval of alpha over `draws` samples of the pairs, the same for the same `seed`.

    Samples in which no code varies have no alpha and are passed over; missing where alpha is.
    """
    ranks, size = _ranks(coded)
    if size < 2:
        return np.nan, np.nan
    n = ranks.shape[1]
    draws = measure["draws"]
    samples = np.random.default_rng(measure["seed"]).integers(0, n, (draws, n))
    # Each pair of codes has a cell in the table of its sample: count them all at once.
    cells = (ranks[0] * size + ranks[1])[samples]
    cells += np.arange(draws)[:, None] * size**2
    counts = np.bincount(cells.ravel(), minlength=draws * size**2)
    alphas = _alphas(counts.reshape(draws, size, size), level)
    tail = (1 - measure["interval"]) / 2
    low, high = np.nanquantile(alphas, [tail, 1 - tail])
    return float(low), float(high)


def _ranks(coded: pd.DataFrame) -> tuple[np.ndarray, int]:
    """Both coders' codes as ranks among all codes given (2 rows, one column per pair), and how many codes."""
    both = pd.concat([coded["first"], coded["second"]])
    ranks, values = pd.factorize(both, sort=True)
    return ranks.reshape(2, -1), len(values)


def _alphas(tallies: np.ndarray, level: Level) -> np.ndarray:
    """Alpha of each tally of code pairs (sample × first's code × second's): `alpha`, for many samples at once."""
    coincidences = tallies + tallies.transpose(0, 2, 1)
    totals = coincidences.sum(axis=2)
    # Between two codes lie, in an order, all values ranked between them and half of their own.
    ranks = totals.cumsum(axis=1) - totals / 2
    distances = (ranks[:, :, None] - ranks[:, None, :]) ** 2
    if level == "nominal":
        distances = np.broadcast_to(1.0 - np.eye(tallies.shape[1]), tallies.shape)
    observed = (coincidences * distances).sum(axis=(1, 2))
    by_chance = totals[:, :, None] * totals[:, None, :] * distances
    expected = by_chance.sum(axis=(1, 2)) / (totals.sum(axis=1) - 1)
    ratio = np.full(len(tallies), np.nan)
    np.divide(observed, expected, out=ratio, where=expected > 0)
    return 1 - ratio


def differences(
    first: pd.DataFrame,
    second: pd.DataFrame,
    fields: Mapping[str, Field],
    measure: Measure,
) -> pd.DataFrame:
    """Where the two coders gave different codes, the most frequent first.

    Grain: one row per measured field and pair of different codes, whichever coder gave which; key `field`,
    `one`, `other`. Columns `first_one`, `second_one` (pairs in which that coder gave `one`), `n` (both).
    """
    columns = ["field", "one", "other", "first_one", "second_one", "n"]
    rows = []
    for name, _, coded in _measured(first, second, fields, measure):
        for one, other in zip(coded["first"], coded["second"], strict=True):
            if one < other:
                rows.append((name, one, other, 1, 0, 1))
            elif other < one:
                rows.append((name, other, one, 0, 1, 1))
    differing = pd.DataFrame(rows, columns=columns)
    counts = differing.groupby(["field", "one", "other"], sort=False).sum()
    return counts.reset_index().sort_values(
        "n", ascending=False, kind="stable", ignore_index=True
    )
