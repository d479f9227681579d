"""The map of tiles as a reader meets it: nothing over anything else, colour only for a direction, words for who cannot see."""

import re
from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest
import shared
from conftest import spoil
from matplotlib.colors import to_hex

from allywatch.data import loading
from allywatch.evidence import dossiers, network, scoring
from allywatch.page import charts
from allywatch.page.charts import style, tiles
from briefmill import theme

REAL = shared.real_network()
LONG_NAME = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


@pytest.fixture
def drawn(monkeypatch):
    """Figures in the order in which they were drawn: for a page, for a phone."""
    figures = []
    keep = style.svg
    monkeypatch.setattr(
        style, "svg", lambda figure: figures.append(figure) or keep(figure)
    )
    return figures


def texts(figure):
    """(words, left, right, upper, lower) in mm of every text of a figure, as wide as its letters are drawn."""
    (axes,) = figure.axes
    found = []
    for text in axes.texts:
        x, y = text.get_position()
        size = text.get_size()
        width = style.text_width(text.get_text(), size, text.get_weight())
        tall = 0.66 * size * style.POINT
        lower = y if text.get_va() == "baseline" else y + tall / 2
        found.append((text.get_text(), x, x + width, lower - tall, lower))
    return found


def shapes(figure):
    """(colour, left, right, upper, lower) of what is drawn: tiles and arrows."""
    (axes,) = figure.axes
    found = []
    for patch in axes.artists + axes.patches:
        x, y = patch.get_xy()[:, 0], patch.get_xy()[:, 1]
        colour = to_hex(patch.get_facecolor())
        found.append((colour, x.min(), x.max(), y.min(), y.max()))
    return found


def tiles_of(figure):
    """What is as large as a tile."""
    return [each for each in shapes(figure) if each[2] - each[1] > 0.9 * tiles.TILE]


def arrows_of(figure):
    """The arrows on tiles, not those of the key."""
    first = min(upper for _, _, _, upper, _ in tiles_of(figure))
    return [
        each
        for each in shapes(figure)
        if each[2] - each[1] < 0.5 * tiles.TILE and each[3] > first
    ]


def lies_in(box, frame, slack=0.1):
    left, right, upper, lower = box
    return (
        left >= frame[0] - slack
        and right <= frame[1] + slack
        and upper >= frame[2] - slack
        and lower <= frame[3] + slack
    )


def meet(one, other, slack=0.1):
    across = min(one[1], other[1]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[2], other[2])
    return across > slack and down > slack


def check(figure):
    """No text over another, none out of its tile or off the figure, no tile over another."""
    width, height = figure.get_size_inches() * 25.4
    words = texts(figure)
    frames = [frame for _, *frame in tiles_of(figure)]
    for text, *box in words:
        assert lies_in(box, (0, width, 0, height)), f"{text!r} runs off"
        for frame in frames:
            assert lies_in(box, frame) or not meet(box, frame), f"{text!r} leaves it"
    for one, other in combinations(words, 2):
        assert not meet(one[1:], other[1:]), f"{one[0]!r} over {other[0]!r}"
    for one, other in combinations(frames, 2):
        assert not meet(one, other)
    for _, *arrow in arrows_of(figure):
        assert any(lies_in(arrow, frame) for frame in frames)
        for text, *box in words:
            assert not meet(arrow, box), f"an arrow over {text!r}"


def test_the_map_holds_on_a_page_and_on_a_phone(drawn):
    figure = charts.tile_map(REAL)
    assert [drawing.width_mm for drawing in figure.drawings] == [178, 70.6]
    assert len(drawn) == 2
    for each in drawn:
        check(each)
        assert len(tiles_of(each)) == len(REAL.verdicts)
    assert figure.height_mm <= 80


def looks(figure):
    """By the name on it, the colour of each tile and how many arrows stand on it."""
    found = {}
    for colour, *place in tiles_of(figure):
        name, *_ = [words for words, *box in texts(figure) if lies_in(box, place)]
        n_arrows = sum(lies_in(box, place) for _, *box in arrows_of(figure))
        found[name] = (colour, n_arrows)
    return found


def test_only_a_tie_with_a_direction_has_a_colour_and_an_arrow(drawn):
    charts.tile_map(REAL)
    colours = {
        "away": theme.TONES["down"].fill.lower(),
        "closer": theme.TONES["up"].pale.lower(),
        "contested": tiles.BOTH.lower(),
        "turned": tiles.BOTH.lower(),
    }
    for figure in drawn:
        shown = looks(figure)
        for dossier, verdict in REAL.judged:
            name = dossier.partner["short_name"] or dossier.name
            n_arrows = {"insufficient": 0, "turned": 2}.get(verdict.direction, 1)
            colour = colours.get(verdict.direction, "#ffffff")
            assert shown[name] == (colour, n_arrows), name


@pytest.mark.slow
def test_the_arrows_of_a_tie_that_turned_stand_in_the_order_in_which_it_led(drawn):
    """Azerbaijan was drawn closer and then away; the other way round its arrows change places."""
    dossier, verdict = REAL.by_partner["AZE"]
    assert verdict.direction == "turned"
    events = dossier.dataset.events
    flipped = events.assign(direction=-events["direction"])
    turned_round = replace(dossier.dataset, events=flipped)
    other_way = dossiers.dossier(turned_round, "AZE")
    for each, order in ((dossier, "↗↘"), (other_way, "↘↗")):
        net = replace(REAL, judged=[(each, scoring.verdict(each))])
        drawn.clear()
        charts.tile_map(net)
        first, second = sorted(arrows_of(drawn[0]), key=lambda box: box[1])
        assert tip(drawn[0], first) + tip(drawn[0], second) == order


def tip(figure, arrow):
    """Which way an arrow points: its head is where most of its corners are."""
    (axes,) = figure.axes
    for patch in axes.artists + axes.patches:
        corners = patch.get_xy()[:-1]
        if abs(corners[:, 0].min() - arrow[1]) < 1e-6:
            middle = (arrow[3] + arrow[4]) / 2
            above = (corners[:, 1] < middle).sum()
            if abs(corners[:, 1].min() - arrow[3]) < 1e-6:
                return "↗" if above > len(corners) / 2 else "↘"
    raise AssertionError("no such arrow")


@pytest.mark.slow
def test_the_key_explains_the_signs_that_are_there_and_no_other(drawn):
    def key(net):
        drawn.clear()
        charts.tile_map(net)
        first = min(upper for _, _, _, upper, _ in tiles_of(drawn[0]))
        return [words for words, *_, lower in texts(drawn[0]) if lower < first]

    there = {verdict.direction for _, verdict in REAL.judged}
    assert len(key(REAL)) == len(there)
    away = [each for each in REAL.judged if each[1].direction == "away"]
    assert key(replace(REAL, judged=away)) == ["away"]
    dossier, verdict = away[0]
    steady = (dossier, replace(verdict, direction="holding"))
    assert key(replace(REAL, judged=[steady])) == ["as it was"]


@pytest.mark.slow
@pytest.mark.parametrize("name", [LONG_NAME, "Bosnia and Herzegovina", "A"])
def test_any_name_fits_its_tile(name, tiny, drawn):
    spoil(tiny, "partners", "XCO", name=name)
    charts.tile_map(network.network(loading.load(tiny)))
    for figure in drawn:
        check(figure)


@pytest.mark.slow
def test_a_partner_without_a_tile_gets_one_below(tiny):
    spoil(tiny, "partners", "XCO", tile_row="", tile_col="")
    net = network.network(loading.load(tiny))
    placed = tiles.places(net.verdicts)
    assert placed["XCO"] == (2, 1)
    assert len(set(placed.values())) == len(net.verdicts)
    assert charts.tile_map(net).kind == "figure"


def many(number):
    """A network in which the first partner that moves away stands so many times, under other names."""
    dossier, verdict = next(each for each in REAL.judged if each[1].direction == "away")
    judged = []
    for count in range(number):
        partner = dossier.partner | {
            "partner_id": f"X{count}",
            "name": f"Partner the {count}th",
            "tile_row": pd.NA,
            "tile_col": pd.NA,
        }
        judged.append((replace(dossier, partner=partner), verdict))
    return replace(REAL, judged=judged)


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 8, 9, 60])
def test_the_alternative_text_names_some_and_counts_the_rest(number):
    alt = charts.tile_map(many(number)).alt
    named = len(re.findall(r"the \d+th", alt))
    assert named == min(number, tiles.MOST_NAMED)
    more = re.search(r"and (\w+) more", alt)
    assert bool(more) == (number > named)
    if more:
        words = {"one": 1, "52": 52}
        assert words[more[1]] == number - named


def test_the_alternative_text_is_brief_however_long_the_names_are():
    dossier, verdict = REAL.judged[0]
    judged = []
    for direction in ("away", "closer", "turned", "contested"):
        for count in range(6):
            partner = dossier.partner | {"partner_id": f"{direction}{count}"}
            partner["name"] = LONG_NAME
            given = replace(verdict, direction=direction)
            judged.append((replace(dossier, partner=partner), given))
    alt = tiles._alt(replace(REAL, judged=judged))
    assert len(alt) < 400
    assert "turned" in alt.lower()


@pytest.mark.slow
def test_a_map_is_the_same_bytes_twice():
    first, second = (charts.tile_map(REAL) for _ in range(2))
    assert [each.picture for each in first.drawings] == [
        each.picture for each in second.drawings
    ]


def test_without_any_source_there_is_no_map(tiny):
    assert (
        charts.tile_map(network.network(loading.load(tiny, "2020-01-01"))).kind
        == "none"
    )


def test_a_long_name_is_set_on_two_lines_large_enough_to_read(tiny, drawn):
    spoil(tiny, "partners", "XCO", name="Republic of North Macedonia")
    spoil(tiny, "partners", "XBE", name=LONG_NAME)
    charts.tile_map(network.network(loading.load(tiny)))
    for figure in drawn:
        check(figure)
        words = [each.get_text() for each in figure.axes[0].texts]
        assert "Republic of" in words
        assert any(each.startswith("North Mac") for each in words)
        assert any(each.startswith("Llanfair") and each.endswith("…") for each in words)
        assert min(each.get_size() for each in figure.axes[0].texts) >= 6


def test_a_sum_in_dollars_is_no_formula(tiny, drawn):
    spoil(tiny, "partners", "XCO", name="US$5 A$6")
    figure = charts.tile_map(network.network(loading.load(tiny)))
    assert "<!-- US$5 A$6 -->" in figure.picture.text
    assert not any(each.get_parse_math() for each in drawn[0].axes[0].texts)
