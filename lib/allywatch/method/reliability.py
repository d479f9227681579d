"""Reliability: where two coders saw the same claim, did they code it alike? Pure arithmetic on frames.

The measure is Krippendorff's alpha, 1 − observed ÷ expected disagreement (Krippendorff, Content Analysis,
4th ed. 2019, ch. 12): 1 is full agreement, 0 what chance gives, below 0 worse than chance. Its interval
comes from drawing the pairs anew, with replacement. Pairs of one document are more alike than pairs of two,
so the interval is too narrow where documents are few; alpha without any one document says more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import krippendorff
import numpy as np
import pandas as pd

from allywatch.data import dates
from allywatch.method.unitising import Measure, pairs


def codes(
    first: pd.DataFrame, second: pd.DataFrame, twins: pd.DataFrame, field: Mapping
) -> pd.DataFrame:
    """What both coders put into one field, comparably.

    Grain: one row per pair of `twins`, in its order. Columns `source_id`, `first`, `second`: the code, None
    where it is blank or says that none can be given (`off_scale`); a list is its entries in order, as text.
    """
    compared = {"source_id": twins["source_id"]}
    for name, coding in (("first", first), ("second", second)):
        cells = dict(zip(coding["coding_id"], coding[field["name"]], strict=True))
        own = [_code(cells[coding_id], field) for coding_id in twins[name]]
        compared[name] = pd.Series(own, index=twins.index, dtype=object)
    return pd.DataFrame(compared)


def _code(cell: Any, field: Mapping) -> Any:
    if isinstance(cell, tuple):
        return ";".join(sorted(cell))
    if field.get("part") == "year":
        counted = dates.bounds(cell).counted
        return counted.year if counted else None
    return (
        None
        if pd.isna(cell) or cell == "" or cell in field.get("off_scale", ())
        else cell
    )


def _measured(
    first: pd.DataFrame,
    second: pd.DataFrame,
    fields: Mapping[str, Mapping],
    measure: Measure,
) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Each field that has a level of measurement, its level, and the pairs in which both gave a code."""
    twins = pairs(first, second, measure)
    for name, field in fields.items():
        if "level" in field:
            yield name, field["level"], codes(first, second, twins, field).dropna()


def agreement(
    first: pd.DataFrame,
    second: pd.DataFrame,
    fields: Mapping[str, Mapping],
    measure: Measure,
) -> pd.DataFrame:
    """Agreement on every field that has a ``level`` of measurement (nominal or ordinal).

    Grain: one row per such field; key `field`. Columns `level`; `n` (pairs in which both gave a code);
    `agreed` (share with the same code); `alpha`; `low`, `high` (interval of alpha by drawing pairs anew);
    `low_out`, `high_out` (alpha without any one source). Alpha is missing where it is not defined: with no
    pair, or where no code varies.
    """
    rows = []
    for name, level, told in _measured(first, second, fields, measure):
        row = (
            name,
            level,
            len(told),
            (told["first"] == told["second"]).mean(),
            alpha(told, level),
        )
        without = [
            alpha(told[told["source_id"] != left], level)
            for left in told["source_id"].unique()
        ]
        span = (
            (np.nanmin(without), np.nanmax(without))
            if np.isfinite(without).any()
            else (np.nan,) * 2
        )
        rows.append((*row, *interval(told, level, measure), *span))
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


def alpha(told: pd.DataFrame, level: str) -> float:
    """Krippendorff's alpha of two coders' codes (columns `first`, `second`; none missing).

    Missing where no code varies: then nothing shows whether the coders can tell codes apart.
    """
    places, size = _places(told)
    return (
        float(krippendorff.alpha(places, level_of_measurement=level))
        if size > 1
        else np.nan
    )


def interval(told: pd.DataFrame, level: str, measure: Measure) -> tuple[float, float]:
    """Percentile interval of alpha over `draws` samples of the pairs, the same for the same `seed`.

    Samples in which no code varies have no alpha and are passed over; missing where alpha is.
    """
    places, size = _places(told)
    if size < 2:
        return np.nan, np.nan
    n, draws = places.shape[1], measure["draws"]
    drawn = np.random.default_rng(measure["seed"]).integers(0, n, (draws, n))
    cells = (places[0] * size + places[1])[drawn] + np.arange(draws)[:, None] * size**2
    tallies = np.bincount(cells.ravel(), minlength=draws * size**2).reshape(
        draws, size, size
    )
    tail = (1 - measure["interval"]) / 2
    low, high = np.nanquantile(_alphas(tallies, level), [tail, 1 - tail])
    return float(low), float(high)


def _places(told: pd.DataFrame) -> tuple[np.ndarray, int]:
    """Both coders' codes as places in the order of all codes given (2 rows, one column per pair), and how many."""
    places, values = pd.factorize(pd.concat([told["first"], told["second"]]), sort=True)
    return places.reshape(2, -1), len(values)


def _alphas(tallies: np.ndarray, level: str) -> np.ndarray:
    """Alpha of each tally of code pairs (sample × first's code × second's): `alpha`, for many samples at once."""
    coincidences = tallies + tallies.transpose(0, 2, 1)
    totals = coincidences.sum(axis=2)
    # Between two codes lie, in an order, all values ranked between them and half of their own.
    ranks = totals.cumsum(axis=1) - totals / 2
    apart = (ranks[:, :, None] - ranks[:, None, :]) ** 2
    if level == "nominal":
        apart = np.broadcast_to(1.0 - np.eye(tallies.shape[1]), tallies.shape)
    observed = (coincidences * apart).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * apart).sum(axis=(1, 2)) / (
        totals.sum(axis=1) - 1
    )
    return 1 - np.divide(
        observed, expected, out=np.full(len(tallies), np.nan), where=expected > 0
    )


def differences(
    first: pd.DataFrame,
    second: pd.DataFrame,
    fields: Mapping[str, Mapping],
    measure: Measure,
) -> pd.DataFrame:
    """Where the two coders gave different codes, the most frequent first.

    Grain: one row per measured field and pair of different codes, whichever coder gave which; key `field`,
    `one`, `other`. Columns `first_one`, `second_one` (pairs in which that coder gave `one`), `n` (both).
    """
    rows: dict[tuple, list[int]] = {}
    for name, _, told in _measured(first, second, fields, measure):
        for one, other in zip(told["first"], told["second"], strict=True):
            if one != other:
                low, high = sorted((one, other))
                tally = rows.setdefault((name, low, high), [0, 0])
                tally[0 if one == low else 1] += 1
    found = [(*key, *tally, sum(tally)) for key, tally in rows.items()]
    columns = ["field", "one", "other", "first_one", "second_one", "n"]
    return pd.DataFrame(found, columns=columns).sort_values(
        "n", ascending=False, kind="stable", ignore_index=True
    )
