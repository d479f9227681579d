"""The HTML pages on the screen of a phone, in a real Chromium: nothing scrolls sideways, and charts are drawn for it."""

import os
import shutil

import pytest
import shared
from conftest import ROOT, invented_network, slow_but
from filled import filled
from selenium import webdriver
from selenium.webdriver.common.by import By
from setting import executed, invented

from allywatch.briefings import plan
from allywatch.data.paths import DOCUMENTS_VARIABLE
from briefmill import build
from briefmill.render.composition import compose
from briefmill.render.html import compile_html

pytestmark = pytest.mark.browser

REAL = str(ROOT / "data")
WIDTH, HEIGHT = 390, 844
LONGEST = "The Most Serene Federal Republic of Upper and Lower Arvenia"
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")
#: What is wider than the screen, and what is wider than the box that scrolls it, in words.
TOO_WIDE = """
const wide = [...document.querySelectorAll("body *")].filter(e => e.getClientRects().length
  && !e.closest(".skip") && e.getBoundingClientRect().right > arguments[0] + 1
  && e.closest("pre") === null);
const boxes = [...document.querySelectorAll("body *")].filter(e =>
  e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible" && e.clientWidth > 1);
return [...wide, ...boxes].map(e => e.tagName + "." + e.getAttribute("class") + " " + e.textContent.slice(0, 60));
"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A headless browser; without one the test is skipped, but not on CI."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (browser and driver):
        message = "no chromium or chromedriver"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    profile = tmp_path_factory.mktemp("chromium")
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    opened = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield opened
    opened.quit()


@pytest.fixture
def phone(chromium):
    resize(chromium, WIDTH, HEIGHT, mobile=True)
    return chromium


def resize(browser, width, height, mobile=False):
    metrics = {"width": width, "height": height, "mobile": mobile}
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", metrics | {"deviceScaleFactor": 1}
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The address of each page by its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(DOCUMENTS_VARIABLE, raising=False)
        yield Pages(tmp_path_factory.mktemp("pages"))


class Pages(dict):
    """Addresses by name; a page is made when it is first asked for."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def __missing__(self, name):
        if name in ("index", "standards"):
            self._build()
        else:
            path = self.folder / f"{name}.html"
            path.write_text(compile_html(self._document(name)), encoding="utf-8")
            self[name] = path.as_uri()
        return self[name]

    def _build(self):
        data, out = self.folder / "velmora", self.folder / "reports"
        edition = build(plan(invented_network(data), ROOT / "notebooks"), out)
        assert edition.failed == []
        for name in ("index", "standards"):
            self[name] = (edition.folder / f"{name}.html").as_uri()

    def _document(self, name):
        match name:
            case "country":
                return shared.country("ARM")
            case "country of few reports":
                return shared.country("SYR")
            case "overview" | "methodology":
                return shared.page(PAGES[name])
        data = self.folder / f"data of {name}"
        match name:
            case "crowded":
                invented(data, 60, LONGEST, length=220)
                return compose(executed(COUNTRY, partner="XAR", data_dir=str(data)))
            # Not of words as long as a text: its table of three columns is wider than a phone.
            case "overview of long texts":
                filled(data, unbroken=False)
                return compose(executed("overview_briefing", data_dir=str(data)))
        filled(data, unbroken=name == "one long word")
        return compose(executed(COUNTRY, partner="AAA", data_dir=str(data)))


COUNTRY = "country_briefing"
PAGES = {"overview": "overview_briefing", "methodology": "methodology"}
FILLED = ("long texts", "one long word", "overview of long texts")
NAMES = ("country", "country of few reports", "crowded", "overview", "methodology", "index", "standards", *FILLED)  # fmt: skip


@pytest.mark.parametrize("name", slow_but("country", "overview", among=NAMES))
def test_nothing_scrolls_sideways(phone, pages, name):
    phone.get(pages[name])
    assert phone.execute_script("return innerWidth") == WIDTH
    assert phone.execute_script("return document.body.offsetHeight") > HEIGHT / 2
    assert phone.execute_script("return document.documentElement.scrollWidth") <= WIDTH
    assert phone.execute_script(TOO_WIDE, WIDTH) == []


@pytest.mark.parametrize(
    "name",
    slow_but(
        "country", among=["country", "crowded", "overview", "methodology", *FILLED]
    ),
)
def test_nor_does_it_with_what_stands_behind_a_number_open(phone, pages, name):
    phone.get(pages[name])
    marks = phone.execute_script(
        "return [...new Set([...document.querySelectorAll('a.mark')].map(a => a.hash))]"
    )
    assert len(marks) > 9 or name == "methodology"
    for mark in marks[:40]:
        phone.execute_script("location.hash = arguments[0]", mark)
        opened = phone.execute_script(
            "const e = document.querySelector(':target');"
            "return e.getClientRects().length && e.textContent.length"
        )
        assert opened, mark
        assert (
            phone.execute_script("return document.documentElement.scrollWidth") <= WIDTH
        ), mark


def shown(browser, selector):
    return [
        each
        for each in browser.find_elements(By.CSS_SELECTOR, selector)
        if each.is_displayed()
    ]


@pytest.mark.parametrize(
    "name", slow_but("country", among=["country", "crowded", "overview"])
)
def test_the_drawing_for_phones_is_shown_there_and_the_other_on_a_desk(
    phone, pages, name
):
    phone.get(pages[name])
    (narrow,) = shown(phone, ".on-narrow svg")
    assert not shown(phone, ".on-wide svg")
    assert narrow.get_attribute("aria-label")
    # As large as it was drawn or nearly, so that its type can be read.
    natural_px = phone.execute_script(
        "const e = document.createElement('div'); document.body.append(e);"
        "e.style.width = arguments[0].style.getPropertyValue('--natural');"
        "const wide = e.getBoundingClientRect().width; e.remove(); return wide;",
        narrow,
    )
    assert narrow.size["width"] > 0.95 * natural_px
    resize(phone, 1280, 1000)
    phone.get(pages[name])
    assert shown(phone, ".on-wide svg") and not shown(phone, ".on-narrow svg")


@pytest.mark.parametrize(
    "name", slow_but("country", among=["country", "country of few reports", "crowded"])
)
def test_the_first_screen_tells_where_the_tie_leads_and_what_happened(
    phone, pages, name
):
    phone.get(pages[name])
    order = ["h1", ".badge", ".headline", ".opening .judgement", ".chronology"]
    tops = [shown(phone, selector)[0].rect["y"] for selector in order]
    assert tops == sorted(tops)
    first_screen = order[:3]
    for selector in first_screen:
        rect = shown(phone, selector)[0].rect
        assert rect["y"] + rect["height"] < HEIGHT, selector
    badge = shown(phone, ".badge")[0].text
    assert "Moving away\nmoderate confidence" in badge or name != "country"


def test_a_line_of_the_chronology_is_stacked_on_a_phone_and_in_columns_on_a_desk(
    phone, pages
):
    def places():
        line = shown(phone, ".chronology li")[0]
        return [
            line.find_element(By.CSS_SELECTOR, part).rect
            for part in (".when", ".what", ".who")
        ]

    phone.get(pages["country"])
    when, what, who = places()
    assert when["y"] + when["height"] <= what["y"] + 2
    assert what["y"] + what["height"] <= who["y"] + 2
    resize(phone, 1280, 1000)
    phone.get(pages["country"])
    when, what, who = places()
    assert when["x"] < what["x"] < who["x"]
    assert abs(when["y"] - what["y"]) < 12 and abs(what["y"] - who["y"]) < 12


@pytest.mark.parametrize(
    "name", slow_but("country", among=["country", "crowded", "overview"])
)
def test_numbers_stay_on_the_line_of_the_words_before_them(phone, pages, name):
    """A number alone at the head of a line would seem to belong to the next sentence."""
    phone.get(pages[name])
    for width in (WIDTH, 360, 412):
        resize(phone, width, HEIGHT, mobile=True)
        torn = phone.execute_script(
            "return [...document.querySelectorAll('p .marks, .what .marks')].filter(sup => {"
            "  const words = sup.previousSibling;"
            "  if (!words || words.nodeType !== 3) return false;"
            "  const last = document.createRange();"
            "  last.setStart(words, words.length - 1); last.setEnd(words, words.length);"
            "  const bottom = last.getBoundingClientRect().bottom;"
            "  return [...sup.getClientRects()].some(box => box.top > bottom);"
            "}).map(sup => sup.textContent)"
        )
        assert torn == []


def test_a_row_too_wide_for_the_screen_would_be_found(phone, pages):
    phone.get(pages["country"])
    phone.execute_script(
        "const e = document.createElement('p'); e.style.width = '500px'; e.textContent = 'wide';"
        "document.querySelector('main').append(e)"
    )
    assert phone.execute_script(TOO_WIDE, WIDTH)
    assert phone.execute_script("return document.documentElement.scrollWidth") > WIDTH
