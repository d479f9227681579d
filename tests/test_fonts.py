"""Characters that the page's own faces do not have: named by `check`, set where the system has a face for them."""

import io
import json

import pikepdf
import pytest
from conftest import spoil
from fontTools.ttLib import TTFont
from geometry import said, squeezed, well_set
from matplotlib import font_manager
from setting import invented, page_set

from allywatch.briefings import key
from allywatch.check import check
from allywatch.data import loading
from allywatch.evidence import network
from allywatch.evidence.parts import part
from allywatch.page import charts
from allywatch.page.charts.style import text_width
from briefmill import packages
from briefmill.blocks import prose
from briefmill.render import fonts
from briefmill.render.html import preview
from briefmill.render.printable import in_a_line, printable
from briefmill.texts import text

SHIPPED = next(file for file in packages.face_files() if file.stem == "DejaVuSans")
NAME = "中华人民共和国"
FAMILY = "Noto Sans Invented"
LEFT_TO_RIGHT = "\u200e"


def font(path, characters):
    """A font at `path` that draws each of some characters as another font does its letter A, and no other."""
    made = TTFont(SHIPPED)
    for table in made["cmap"].tables:
        table.cmap = {ord(each): "A" for each in characters}
    style = path.stem.partition("-")[2]
    names = {1: FAMILY, 2: style, 4: f"{FAMILY} {style}", 6: path.stem}
    made["name"].names = []
    for number, words in names.items():
        made["name"].setName(words, number, 3, 1, 0x409)
    made.save(path)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A system on which the font package with Chinese letters is there."""
    files = [
        tmp_path / f"NotoSansInvented-{style}.ttf" for style in ("Regular", "Bold")
    ]
    for file in files:
        font(file, sorted(set(NAME)))
    on_system(monkeypatch, files)
    yield
    fonts._system_families.cache_clear()


@pytest.fixture
def bare(monkeypatch):
    """A system without any font."""
    on_system(monkeypatch, [])
    yield
    fonts._system_families.cache_clear()


def on_system(monkeypatch, files):
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: list(map(str, files)))
    fonts._system_families.cache_clear()
    text_width.cache_clear()


def embedded(pdf):
    """The names of the fonts in a PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {
            str(found["/BaseFont"])
            for found in opened.objects
            if isinstance(found, pikepdf.Dictionary) and "/BaseFont" in found
        }


def test_a_character_without_a_face_is_named_with_its_row_and_column(tmp_path, bare):
    folder = invented(tmp_path / "data", 3)
    spoil(folder, "partners", "XBE", name=f"Bellmark {NAME}")
    spoil(folder, "events", "E2", headline="Talks in 中 begin")
    report = check(folder)
    assert report.exit_code == 2
    assert "partners.csv, row 3, name: 'Bellmark 中华人民共和国'" in report.text
    assert "events.csv, row 3, headline: 'Talks in 中 begin'" in report.text
    assert "no face draws U+4E2D CJK UNIFIED IDEOGRAPH-4E2D" in report.text
    assert "install a package of fonts that has it" in report.text


def test_what_counts_as_plain_is_drawn_by_the_faces():
    assert set(map(chr, fonts._drawn())) >= fonts._PLAIN


def test_a_character_without_a_face_in_the_dictionary_is_named_with_its_place(
    tmp_path, bare
):
    folder = invented(tmp_path / "data", 3)
    path = folder / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["allywatch"]["confidence"][0]["word"] = "Sound 中"
    path.write_text(json.dumps(package), "utf-8")
    report = check(folder)
    assert report.exit_code == 2
    place = f"allywatch.confidence.{package['allywatch']['confidence'][0]['key']}.word"
    assert f"datapackage.json, {place}: 'Sound 中'" in report.text


@pytest.mark.slow
def test_with_a_face_of_the_system_the_name_is_set_in_it(tmp_path, installed):
    folder = invented(tmp_path / "data", 16, NAME)
    assert check(folder).exit_code == 0
    document, pdf = page_set("country_briefing", partner="XAR", data_dir=str(folder))
    well_set(document, pdf)
    assert squeezed(NAME) in said(pdf)
    names = " ".join(embedded(pdf))
    assert "NotoSansInvented" in names
    assert "LastResort" not in names


@pytest.mark.slow
def test_a_page_that_needs_no_such_face_is_the_same_bytes_without(
    tmp_path, monkeypatch, installed
):
    folder = invented(tmp_path / "data", 16)
    values = {"partner": "XAR", "data_dir": str(folder)}
    _, with_it = page_set("country_briefing", **values)
    assert "NotoSansInvented" not in " ".join(embedded(with_it))
    on_system(monkeypatch, [])
    _, without = page_set("country_briefing", **values)
    assert with_it == without


@pytest.mark.slow
def test_a_chart_draws_the_name_in_that_face(tiny, installed):
    spoil(tiny, "partners", "XCO", name=NAME)
    figure = charts.tile_map(network.network(loading.load(tiny)))
    assert all("NotoSansInvented" in each.picture.text for each in figure.drawings)


@pytest.mark.slow
def test_a_briefing_is_built_again_once_the_package_is_there(
    tmp_path, monkeypatch, installed
):
    folder = invented(tmp_path / "data", 3, NAME)
    dataset = loading.load(folder)
    with_it = key(part(dataset, "XAR"))
    on_system(monkeypatch, [])
    without = key(part(dataset, "XAR"))
    moved = {
        name for name in with_it | without if with_it.get(name) != without.get(name)
    }
    assert moved == {"the system’s faces"}
    plain = loading.load(invented(tmp_path / "plain", 3))
    assert "the system’s faces" not in key(part(plain, "XAR"))


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("Arvenia: 5 closer", "Arvenia: 5 closer"),
        ("ایران: 5 closer", "ایران|: 5 closer"),
        ("Ties of ایران and العراق, 12", "Ties of ایران| and العراق|, 12"),
        ("ישראל (2026)", "ישראל| (2026)"),
        ("جمهوری اسلامی", "جمهوری اسلامی|"),
    ],
)
def test_what_follows_a_name_from_the_right_stays_behind_it(words, marked):
    assert printable(words) == marked.replace("|", LEFT_TO_RIGHT)
    is_plain = words == marked
    assert in_a_line(words) == LEFT_TO_RIGHT * (not is_plain) + printable(words)


def test_so_does_it_in_html():
    shown = preview(prose("small", [("", text("ישראל (2026)"))]))
    assert f"ישראל{LEFT_TO_RIGHT} (2026)" in shown
