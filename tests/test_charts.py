"""Figures as a reader meets them: no text over other text, none outside, and words for those who cannot see."""

import dataclasses
from itertools import combinations

import pandas as pd
import pytest
from conftest import ROOT
from matplotlib.backends.backend_agg import FigureCanvasAgg
from setting import invented

from allywatch.data import loading
from allywatch.evidence import dossiers, network, scoring
from allywatch.page import charts
from allywatch.page.charts import lanes, style

REAL = loading.load(ROOT / "data")
PARTNERS = sorted(set(REAL.events["partners"].explode()) - {REAL.rules["focal_power"]})


@pytest.fixture
def drawn(monkeypatch):
    """Figures in the order in which they were drawn."""
    figures = []
    keep = style.svg
    monkeypatch.setattr(
        style, "svg", lambda figure: figures.append(figure) or keep(figure)
    )
    return figures


def texts(figure):
    """(words, box in mm) of every visible text of a figure."""
    renderer = figure.canvas.get_renderer()
    found = []
    for axes in figure.axes:
        for text in axes.texts:
            if text.get_text().strip() and text.get_visible():
                box = text.get_window_extent(renderer)
                found.append((text.get_text(), box.x0, box.x1, box.y0, box.y1))
    return found


@pytest.mark.parametrize("partner", PARTNERS)
def test_no_text_lies_over_another_or_beyond_the_figure(partner, drawn):
    file = dossiers.dossier(REAL, partner)
    verdict = scoring.verdict(file)
    charts.trajectory(file, verdict)
    charts.left_out(file, verdict)
    for figure in drawn:
        overlaps(figure)
        keeps_to_its_column(figure, file)


def keeps_to_its_column(figure, file):
    """No label of a dated event reaches into the column of the undated ones."""
    dated = {
        f"event-{mark}-words"
        for mark in file.events.loc[file.events["counted"].notna(), "mark"]
    }
    labels = [
        text for axes in figure.axes for text in axes.texts if text.get_gid() in dated
    ]
    for label in labels:
        assert end_of(label) <= lanes.UNDATED, (
            f"{label.get_text()!r} reaches into the column of the undated"
        )


def end_of(label):
    """Where a label ends, in mm as it is drawn: on a canvas of pixels its letters stand closer."""
    return label.get_position()[0] + style.text_width(
        label.get_text(), label.get_size()
    )


def test_no_text_of_the_network_lies_over_another(drawn):
    net = network.network(REAL)
    for chart in (
        charts.tile_map,
        charts.tiers,
        charts.by_dimension,
        charts.by_source,
        charts.turning_points,
    ):
        chart(net)
    assert len(drawn) == 5
    for figure in drawn:
        overlaps(figure)
    turns = drawn[-1]
    labels = [
        text for axes in turns.axes for text in axes.texts if text.get_ha() == "left"
    ]
    for one, other in combinations(
        sorted(labels, key=lambda label: label.get_position()), 2
    ):
        if one.get_position()[1] == other.get_position()[1]:
            apart = other.get_position()[0] - end_of(one)
            assert apart > 4, f"{one.get_text()!r} runs into {other.get_text()!r}"


def overlaps(figure):
    FigureCanvasAgg(figure)
    figure.canvas.draw()
    for one, other in combinations(texts(figure), 2):
        across = min(one[2], other[2]) - max(one[1], other[1])
        down = min(one[4], other[4]) - max(one[3], other[3])
        assert across <= 1 or down <= 1.5, f"{one[0]!r} over {other[0]!r}"
    for words, left, right, *_ in texts(figure):
        assert left >= -1 and right <= figure.bbox.width + 1, (
            f"{words!r} runs off the figure"
        )


@pytest.mark.parametrize("partner", PARTNERS)
def test_alt_text_gives_the_finding_and_its_numbers(partner):
    file = dossiers.dossier(REAL, partner)
    verdict = scoring.verdict(file)
    figure = charts.trajectory(file, verdict)
    if figure.kind == "none":
        undated = file.scored["counted"].isna().all()
        assert undated or not verdict.gate.met
        return
    assert len(figure.alt) < 400
    assert file.name in figure.alt
    assert f"{verdict.tally.closer} closer and {verdict.tally.away} away" in figure.alt
    assert figure.alt != figure.title


@pytest.mark.parametrize("kept", ["none", "held", "undated"])
def test_a_partner_without_dated_moves_has_no_figure(kept):
    """Whatever the gate says of it, for a notebook may show a section without asking the gate."""
    file = dossiers.dossier(REAL, "ARM")
    events = file.events
    if kept == "undated":
        events = events.assign(counted=pd.NaT, earliest=pd.NaT, latest=pd.NaT)
    else:
        events = events.assign(scored=False, held=events["held"] & (kept == "held"))
    file = dataclasses.replace(file, events=events)
    verdict = scoring.verdict(file)
    assert verdict.gate.met == (kept == "undated")
    assert charts.trajectory(file, verdict).kind == "none"
    shown = charts.left_out(file, verdict).kind
    assert shown == ("figure" if kept == "undated" else "none")


def test_a_chart_is_the_same_bytes_twice():
    file = dossiers.dossier(REAL, "ARM")
    verdict = scoring.verdict(file)
    assert (
        charts.trajectory(file, verdict).picture
        == charts.trajectory(file, verdict).picture
    )


def test_figures_are_drawn_at_the_width_of_their_column():
    file = dossiers.dossier(REAL, "ARM")
    verdict = scoring.verdict(file)
    assert charts.trajectory(file, verdict).width_mm == 178
    assert charts.trajectory(file, verdict).height_mm <= 124
    assert charts.left_out(file, verdict).width_mm == 60


def crowded(times):
    """Iran's events in play over again, `times` in all: the densest page there is likely to be."""
    file = dossiers.dossier(REAL, "IRN")
    again = [
        file.events.assign(event_id=file.events["event_id"] + f"-{n}")
        for n in range(times)
    ]
    events, _ = dossiers._numbered(
        pd.concat(again, ignore_index=True).drop(columns="mark"), file.beside[:0]
    )
    return dataclasses.replace(file, events=events)


@pytest.mark.parametrize("times", [1, 2, 4])
def test_a_crowded_timeline_names_fewer_events_and_keeps_its_height(times, drawn):
    file = crowded(times)
    verdict = scoring.verdict(dossiers.dossier(REAL, "IRN"))
    figure = charts.trajectory(file, verdict)
    assert figure.height_mm <= 124
    overlaps(drawn[0])
    named = [
        words for words, *_ in texts(drawn[0]) if words in set(file.events["mark"])
    ]
    assert len(named) == len(file.in_play) if times == 1 else 0 < len(named) <= 14


@pytest.mark.parametrize("many", [3, 16, 60])
def test_figures_hold_with_two_tellers_and_every_form_of_date(many, tmp_path, drawn):
    file = dossiers.dossier(loading.load(invented(tmp_path / "data", many)), "XAR")
    verdict = scoring.verdict(file)
    charts.trajectory(file, verdict)
    charts.left_out(file, verdict)
    assert len(drawn) == (2 if verdict.gate.met else 0)
    for figure in drawn:
        overlaps(figure)
