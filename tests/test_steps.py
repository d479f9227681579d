"""The chart of a country page: nothing over anything else, and nothing said that the events do not bear out."""

import dataclasses
import random
import re
from itertools import combinations

import pandas as pd
import pytest
import shared
from conftest import slow_but
from matplotlib.colors import to_hex
from setting import DATES

from allywatch.data import dates
from allywatch.evidence import dossiers, scoring
from allywatch.page import charts
from allywatch.page.charts import placing, sides, style
from allywatch.page.wording import grammar
from allywatch.page.wording import steps as said
from briefmill.texts import shortened

REAL = shared.real()
PARTNERS = sorted(set(REAL.events["partners"].explode()) - {REAL.rules["focal_power"]})
IRAN = dossiers.dossier(REAL, "IRN")
LONG_NAME = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochs"
EVERY_DATE = [*DATES, "[2021-03..2022-06]", "2019-10-02", "2018/2020-06", "2026-02"]
FORBIDDEN = re.compile(r"\b(told|scored|lineages?|in play|undated)\b", re.IGNORECASE)
HEADLINES = (
    "Troops sent",
    "Trade treaty signed with Moscow",
    "Joint command set up after long and weary talks in the hills",
    LONG_NAME,
)


def events(
    many, forms=EVERY_DATE, seed=0, headlines=HEADLINES, away=0.6, corroborated=0.3
):
    """`many` events that move the tie, with `forms` of dates, several to a mark."""
    chance = random.Random(seed)
    rows = []
    for number in range(many):
        date = forms[number % len(forms)]
        bounds = dates.bounds(date)
        dated = bounds.earliest is not None
        row = {
            "event_id": f"E{number}",
            "mark": str(1 + number // 2),
            "headline": chance.choice(headlines),
            "date": date,
            "direction": -1 if chance.random() < away else 1,
            "corroborated": chance.random() < corroborated,
            "contested": chance.random() < 0.2,
            "n_lineages": 1,
            "earliest": bounds.earliest,
            "counted": bounds.counted if dated else None,
            "latest": bounds.latest,
            "ongoing": bounds.ongoing,
            "scored": True,
            "held": False,
        }
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(rows[0]) if rows else IRAN.events.columns)
    for name in ("earliest", "counted", "latest"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.astype({"scored": bool, "held": bool})


def dossier(frame, power="Russia", name="Iran"):
    """Iran's dossier with other events."""
    partner = IRAN.partner | {"name": name}
    focal = IRAN.power | {"name": power}
    changed = dataclasses.replace(IRAN, partner=partner, power=focal)
    changed.__dict__["events"] = frame  # it is asked for once, and kept
    return changed


VERDICT = scoring.verdict(IRAN)


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
    """(words, gid, left, right, upper, lower) of every text in mm, as wide as its letters are drawn."""
    found = []
    (axes,) = figure.axes
    for text in axes.texts:
        x, baseline = text.get_position()
        size = text.get_size()
        weight = text.get_weight()
        width = style.text_width(text.get_text(), size, weight)
        x -= {"left": 0, "center": width / 2, "right": width}[text.get_ha()]
        em = size * style.POINT
        # From the top of a capital to the baseline: tails may reach into the gap between lines.
        gid = text.get_gid() or ""
        place = (x, x + width, baseline - 0.66 * em, baseline)
        found.append((text.get_text(), gid, *place))
    return found


def bars(figure):
    """(gid, left, right, upper, lower) of what stands for an event."""
    (axes,) = figure.axes
    found = []
    for patch in axes.patches + axes.artists:
        gid = patch.get_gid() or ""
        if gid.startswith("event-"):
            x, y = patch.get_xy()[:, 0], patch.get_xy()[:, 1]
            found.append((gid, x.min(), x.max(), y.min(), y.max()))
    return found


def meet(one, other, slack=0.05):
    """Whether two boxes (left, right, upper, lower) overlap."""
    across = min(one[1], other[1]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[2], other[2])
    return across > slack and down > slack


def check_figure(figure):
    width, height = figure.get_size_inches() * 25.4
    words = texts(figure)
    for text, gid, left, right, upper, lower in words:
        assert left >= -0.1 and right <= width + 0.1, f"{text!r} ({gid}) runs off"
        assert upper >= -0.1 and lower <= height + 0.1, f"{text!r} ({gid}) runs off"
    for one, other in combinations(words, 2):
        assert not meet(one[2:], other[2:]), f"{one[0]!r} over {other[0]!r}"
    for gid, *box in bars(figure):
        for text, text_gid, *place in words:
            of_its_own = text_gid.startswith(f"{gid}-")
            assert of_its_own or not meet(box, place), f"{text!r} over {gid}"
    drawn_apart = bars(figure)
    for one, other in combinations(drawn_apart, 2):
        assert not meet(one[1:], other[1:]), f"{one[0]} over {other[0]}"


SEEDS = range(4)
MANY = (3, 4, 16, 20, 21, 40, 60, 200)


@pytest.mark.parametrize("many", MANY)
@pytest.mark.parametrize("seed", slow_but(0, among=SEEDS))
def test_nothing_lies_over_anything_else(many, seed, drawn):
    figure = charts.steps(dossier(events(many, seed=seed)), VERDICT)
    assert figure.kind == "figure"
    assert [drawing.width_mm for drawing in figure.drawings] == [178, 90]
    assert len(drawn) == 2
    for each in drawn:
        check_figure(each)


CORNERS = {
    "one day of publication": ["2026-01-14"],
    "at the end of the evidence": ["2026-03", "2026-03-31", "2025-12-31"],
    "beyond the evidence": ["2027", "2026-05", "2026/2030", "2025/.."],
    "one year": ["2024"],
    "long ago": ["1991", "1914-08", "2022"],
    "spans": ["2018/2026", "[2018..2026]", "2018/.."],
    "two with a date": ["2020", "2021", *[""] * 30],
    "no date": ["../2020", "../2021-21", "../2021-03-14", "../2022~", "../2023", ""],
    "more without a date": ["2020", "2021", "2022", *["../2025"] * 4],
}


@pytest.mark.parametrize("forms", CORNERS.values(), ids=CORNERS)
@pytest.mark.parametrize("many", slow_but(20, among=[3, 7, 20, 45, 90]))
def test_corners_hold(forms, many, drawn):
    frame = events(many, forms, headlines=HEADLINES[2:], corroborated=0.5)
    file = dossier(frame, power=LONG_NAME, name=LONG_NAME)
    figure = charts.steps(file, VERDICT)
    assert (figure.kind == "figure") == is_drawn(file.scored)
    for each in drawn:
        check_figure(each)
    if figure.kind == "figure":
        check_words(figure, file)


def is_drawn(scored):
    """Whether a chart shows more than the chronology: three steps with a date, or more without than that has lines."""
    return scored["earliest"].notna().sum() >= 3 or len(scored) > 6


@pytest.mark.parametrize("partner", slow_but(*shared.SOME, among=PARTNERS))
def test_the_partners_of_the_data_hold(partner, drawn):
    file = dossiers.dossier(REAL, partner)
    figure = charts.steps(file, scoring.verdict(file))
    assert (figure.kind == "figure") == is_drawn(file.scored)
    for each in drawn:
        check_figure(each)
    if figure.kind == "figure":
        check_words(figure, file)
        assert figure.width_mm == 178
        assert figure.height_mm <= 64


@pytest.mark.parametrize(
    ("many", "reason"),
    [(0, "no report"), (1, "the chronology shows"), (2, "the chronology shows")],
)
def test_one_or_two_events_have_no_chart(many, reason):
    block = charts.steps(dossier(events(many)), VERDICT)
    assert block.kind == "none"
    assert reason in block.reason


@pytest.mark.parametrize("many", [3, 20])
def test_every_dated_step_of_twenty_has_a_label(many, drawn):
    frame = events(many, headlines=HEADLINES[:2])
    charts.steps(dossier(frame), VERDICT)
    for figure in drawn:
        labels = [gid for _, gid, *_ in texts(figure) if gid.endswith("-words")]
        assert len(set(labels)) == many
        assert not any("…" in words for words, *_ in texts(figure))


@pytest.mark.slow
def test_of_sixty_the_best_attested_are_named_and_the_line_says_what_the_rest_are(
    drawn,
):
    frame = events(60, seed=3)
    figure = charts.steps(dossier(frame), VERDICT)
    axis_ends = 178 - 42 - sides.BETWEEN
    for each, right in zip(drawn, (axis_ends, 90), strict=True):
        labels = {
            gid
            for _, gid, left, *_ in texts(each)
            if gid.endswith("-words") and left < right
        }
        on_axis = [
            g
            for g in labels
            if frame.loc[int(g.split("-")[2]), "counted"] is not pd.NaT
        ]
        assert len(on_axis) <= 14
    assert "Without a label:" in figure.source
    assert any(words.endswith("more, see the list") for words, *_ in texts(drawn[0]))


def test_what_has_no_date_stays_off_the_axis(drawn):
    frame = events(16)
    charts.steps(dossier(frame), VERDICT)
    (axes,) = drawn[0].axes
    panel = next(p for p in axes.artists + axes.patches if p.get_gid() == "panel")
    left = panel.get_xy()[:, 0].min()
    for gid, start, end, *_ in bars(drawn[0]):
        dated = pd.notna(frame.loc[int(gid.split("-")[2]), "earliest"])
        assert (end < left) if dated else (start > left)
    heading = next(text for text in texts(drawn[0]) if text[1] == "heading")
    first = min(box[3] for box in bars(drawn[0]) if box[1] > left)
    assert heading[0] == "Date not given"
    assert heading[5] < first


@pytest.mark.slow
@pytest.mark.parametrize("many", [16, 60])
def test_filled_means_two_sources_and_place_means_direction(many, drawn):
    frame = events(many)
    charts.steps(dossier(frame), VERDICT)
    (axes,) = drawn[0].axes
    years = [text for text in texts(drawn[0]) if text[1] == "year"]
    line = years[0][4]
    for patch in axes.artists + axes.patches:
        gid = patch.get_gid() or ""
        if not gid.startswith("event-"):
            continue
        event = frame.loc[int(gid.split("-")[2])]
        colour = style.TONES[event["direction"]].fill.lower()
        assert (to_hex(patch.get_facecolor()) == colour) == event["corroborated"]
        assert to_hex(patch.get_edgecolor()) == colour
        above = patch.get_xy()[:, 1].max() < line
        assert above == (event["direction"] > 0)


@pytest.mark.parametrize(
    ("date", "shape"),
    [
        ("2023", "bracket"),
        ("[2024..2025]", "bracket"),
        ("2024-39", "bracket"),
        ("2024~", "bracket"),
        ("2025-03", "block"),
        ("2025-03-14", "block"),
        ("2024-21", "block"),
        ("2021-34", "block"),
        ("2020/2023", "bar"),
        ("2022/..", "bar"),
    ],
)
def test_a_date_has_its_shape(date, shape):
    (step,) = placing.steps_of(events(1, [date]))
    assert step.shape == shape


def test_a_span_begins_and_ends_with_its_date():
    frame = events(3, ["2020/2023", "2022/..", "2021"], away=1.0)
    steps = placing.steps_of(frame)
    cut_off, _ = dossiers.cut_off(REAL)
    scale = sides.scale(steps, cut_off, 19, 178)
    form = placing.Form(178, 19, 7.4, 4.5, 3.3)
    placed = placing.packed(steps, scale, form, frozenset(range(3)))
    interval, year, lasting = sorted(placed, key=lambda each: each.left)
    assert interval.left == scale.start(2020)
    assert interval.right == scale.start(2024)
    assert (year.left, year.right) == (scale.start(2021), scale.start(2022))
    assert lasting.right == scale.x(cut_off + placing.DAY) == scale.right


def test_a_label_is_cut_to_forty_characters():
    for words in HEADLINES:
        shown = shortened(words, placing.LONGEST)
        assert len(shown) <= 40
        assert shown == words or shown.endswith("…")


@pytest.mark.parametrize("many", MANY)
@pytest.mark.parametrize("seed", slow_but(0, 1, 2, among=range(12)))
@pytest.mark.parametrize("away", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_a_title_is_true(many, seed, away):
    chance = random.Random(seed)
    forms = chance.sample(EVERY_DATE, min(len(EVERY_DATE), 2 + seed))
    file = dossier(events(many, forms, seed, away=away))
    title = said.title(file, VERDICT)
    check_title(title, file.scored)


def check_words(figure, file):
    """Its texts are those of a reader, and true."""
    assert 0 < len(figure.alt) < 400
    assert figure.alt != figure.title
    assert re.search(r"\d", figure.alt)
    check_title(figure.title, file.scored)
    for words in (figure.title, figure.alt, figure.source):
        assert not FORBIDDEN.search(words), words


NUMBER = r"(one|two|three|four|five|six|seven|eight|nine|\d[\d,]*)"


def check_title(title, scored):
    dated = scored[scored["earliest"].notna()]
    ways = {"closer": 1, "away": -1}
    for name, way in ways.items():
        of_way = dated[dated["direction"] == way]
        every = scored["direction"] == way
        for count in re.findall(
            rf"{NUMBER} (?:dated )?(?:steps? )?{name}", title, re.I
        ):
            assert count.lower() == grammar.number(len(of_way)), title
        if re.match(rf"Every (step|report) leads {name}", title):
            assert every.all(), title
        if f"Every dated step leads {name}" in title:
            assert len(of_way) == len(dated), title
        if f"all the rest lead {name}" in title:
            assert (~every).sum() == 1, title
        if f"all other dated steps lead {name}" in title:
            assert len(of_way) == len(dated) - 1, title
        most = re.search(rf"{name}[^;]*, most of them since (\d+)", title)
        most = most or re.search(rf"most of those {name} since (\d+)", title)
        if most:
            later = of_way["earliest"].dt.year >= int(most[1])
            assert later.sum() * 2 > len(of_way), title
        shorter = title.replace(most[0], "") if most and "those" in most[0] else title
        since = re.search(rf"\b{name}(?: and \w+ \w+)?,? (?:all )?since (\d+)", shorter)
        if since:
            assert (of_way["earliest"].dt.year >= int(since[1])).all(), title
        up_to = re.search(rf"{name} up to (\d+)", title)
        if up_to:
            assert (of_way["latest"].dt.year <= int(up_to[1])).all(), title
        within = re.search(rf"{name},? (?:all )?in (\d+)", title)
        if within:
            assert (of_way["earliest"].dt.year == int(within[1])).all(), title
            assert (of_way["latest"].dt.year == int(within[1])).all(), title
    if "none has a date" in title:
        assert dated.empty
    if "both ways" in title:
        assert scored["direction"].nunique() == 2


def test_a_title_says_where_there_is_too_little_for_a_direction():
    file = dossier(events(20))
    without = dataclasses.replace(VERDICT, direction="insufficient")
    figure = charts.steps(file, without)
    assert figure.title.endswith("; too little for a direction")


def test_columns_say_when_each_step_was_reported(drawn):
    file = dossiers.dossier(REAL, "KAZ")
    charts.steps(file, scoring.verdict(file))
    words = {text.get_text() for axes in drawn[0].axes for text in axes.texts}
    assert words >= {
        "reported about spring 2025",
        "reported late 2025",
        "reported about March 2026",
    }


def test_held_events_are_named_under_the_chart_and_not_drawn(drawn):
    figure = charts.steps(IRAN, VERDICT)
    held = IRAN.in_play[~IRAN.in_play["scored"]]
    assert "Not drawn, since they leave the tie as it was" in figure.source
    for headline in held["headline"]:
        assert headline in figure.source
        assert headline not in {words for words, *_ in texts(drawn[0])}


@pytest.mark.slow
@pytest.mark.parametrize("many", slow_but(16, among=[3, 16, 60, 200]))
def test_a_chart_is_the_same_bytes_twice(many):
    file = dossier(events(many))
    first, second = (charts.steps(file, VERDICT) for _ in range(2))
    assert first.drawings == second.drawings
    assert first.picture == first.drawings[0].picture


@pytest.mark.slow
def test_no_forbidden_word_is_drawn(drawn):
    for many in MANY:
        charts.steps(dossier(events(many)), VERDICT)
    for figure in drawn:
        for words, *_ in texts(figure):
            assert not FORBIDDEN.search(words)
