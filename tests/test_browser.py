"""JupyterLab as a person meets it: started by `make lab`, driven in a real Chromium, on an invented network."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from functools import partial

import canaries
import pypdfium2
import pytest
from conftest import ROOT, invented_network
from selenium import webdriver
from selenium.common.exceptions import (
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from allywatch.check import check
from allywatch.data.paths import DOCUMENTS_VARIABLE
from allywatch.desk import curate

pytestmark = pytest.mark.browser

PATIENCE = 90
DESK = ".allywatch-desk"
ARTICLE = (
    "In March 2026 Taskar renewed the river pact with Velmora for twelve years. "
    "Corvath stopped paying the light dues.\n"
)
ERRORS = f"{DESK} .aw-error"
#: The names of the boxes and the words of the buttons that cannot be seen whole without scrolling, or lie under something.
UNSEEN = """
const shown = [...document.querySelectorAll('.allywatch-desk :is([data-name], button)')];
const form = document.querySelector('.aw-form').getBoundingClientRect();
return shown.filter((each) => each.offsetParent).filter((each) => {
  const { top, bottom, left, right } = each.getBoundingClientRect();
  const isInForm = each.closest('.aw-form') !== null;
  const isCut = top < 0 || bottom > innerHeight || (isInForm && (top < form.top - 1 || bottom > form.bottom + 1));
  const corners = [[left + 3, top + 3], [right - 3, bottom - 3]];
  return isCut || corners.some(([x, y]) => !each.contains(document.elementFromPoint(x, y)));
}).map((each) => each.dataset.name ?? each.textContent);
"""
FLAGS = (
    *(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
    ),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ),
    "--window-size=1280,1700",
)


@pytest.fixture(scope="module")
def programs():
    """The browser and its driver; without them the test is skipped, but not on CI."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (browser and driver and shutil.which("make")):
        message = "no chromium, chromedriver or make"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return browser, driver


@pytest.fixture(scope="module")
def project(programs, tmp_path_factory):
    """A project on the invented network, in a folder of its own."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("notebooks", "etc"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    briefing = folder / "notebooks" / "country_briefing.ipynb"
    briefing.write_text(
        briefing.read_text(encoding="utf-8").replace('\\"ARM\\"', '\\"XTA\\"'),
        encoding="utf-8",
    )
    invented_network(folder / "data")
    return folder


@pytest.fixture(scope="module")
def lab(project):
    """The project, and the address of the JupyterLab that `make lab` starts in it."""
    arguments = (
        "--no-browser --allow-root --ServerApp.port={port} --IdentityProvider.token=t"
    )
    with served(project, "lab", arguments, "/api") as address:
        yield project, address


@pytest.fixture(scope="module")
def explore_alone(project):
    """The address of the page that `make explore` serves."""
    with served(
        project, "explore", "--no-browser --port={port}", "/static/"
    ) as address:
        yield address


@contextmanager
def served(folder, target, arguments, path):
    """The address at which `make TARGET` serves something in `folder`; it is there once `path` answers."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    own = {
        f"JUPYTER_{name}_DIR": str(folder / ".jupyter" / name)
        for name in ("CONFIG", "DATA", "RUNTIME")
    }
    env = os.environ | own | {"IPYTHONDIR": str(folder / ".ipython")}
    env.pop(DOCUMENTS_VARIABLE, None)
    # The environment is the one these tests run in; everything else is as the Makefile says.
    said = [
        "READY=",
        f"VENV={sys.prefix}",
        f"JUPYTERLAB_WORKSPACES_DIR={folder / 'ws'}",
        f"ARGS={arguments.format(port=port)}",
    ]
    log_file = folder / f"{target}.txt"
    with log_file.open("wb") as log:
        command = ["make", "-f", str(ROOT / "Makefile"), "-C", str(folder), target]
        server = subprocess.Popen(
            [*command, *said], env=env, stdout=log, stderr=log, start_new_session=True
        )
    address = f"http://localhost:{port}"
    try:
        WebDriverWait(None, PATIENCE).until(
            lambda _: server.poll() is not None or answers(address + path)
        )
        assert server.poll() is None, log_file.read_text(encoding="utf-8")
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(PATIENCE)


def answers(address):
    try:
        return urllib.request.urlopen(address).status == 200
    except urllib.error.HTTPError:
        return True  # what refuses is there
    except urllib.error.URLError:
        return False


@pytest.fixture(scope="module")
def chromium(programs, tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    profile = tmp_path_factory.mktemp("chromium")
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options, webdriver.ChromeService(programs[1]))
    yield driver
    driver.quit()


@pytest.fixture
def browser(chromium, tmp_path):
    """Chromium in a new tab, which is closed after the test; what it loads comes into the test's folder."""
    first = chromium.current_window_handle
    chromium.switch_to.new_window("tab")
    chromium.execute_cdp_cmd(
        "Page.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    yield chromium
    chromium.close()
    chromium.switch_to.window(first)


def until(browser, found, message=""):
    """What `found` gives once it gives something; an element that is being drawn anew is looked for again."""
    waiting = WebDriverWait(
        browser, PATIENCE, ignored_exceptions=[StaleElementReferenceException]
    )
    return waiting.until(lambda _: found(), message)


def every(browser, selector):
    return browser.find_elements(By.CSS_SELECTOR, selector)


def seen(browser, selector):
    return until(
        browser,
        lambda: next((e for e in every(browser, selector) if e.is_displayed()), None),
        selector,
    )


def text(browser, selector):
    """The words of the first such element, also where it is scrolled out of sight."""
    found = every(browser, selector)
    return found[0].get_attribute("textContent") if found else ""


def click_menu(browser, *path):
    """Click a menu on the bar, then an item of it, and so on."""
    for kind, words in zip(
        ["lm-MenuBar-itemLabel", *["lm-Menu-itemLabel"] * len(path)], path, strict=False
    ):
        click_item(browser, kind, words)


def click_item(browser, kind, words):
    place = f"//div[contains(@class,'{kind}') and text()='{words}']"
    until(
        browser,
        lambda: [e for e in browser.find_elements(By.XPATH, place) if e.is_displayed()],
        words,
    )[0].click()


def run_all(browser):
    """Run the notebook that is shown, once it has been restored and its kernel is there; again where that had no effect."""
    panel = ".jp-NotebookPanel:not(.lm-mod-hidden)"
    status = f"{panel} .jp-Notebook-ExecutionIndicator[data-status='{{}}']"
    seen(browser, status.format("idle"))
    until(browser, lambda: seen(browser, f"{panel} h1").click() is None)
    for _ in range(3):
        click_menu(browser, "Run", "Run All Cells")
        with suppress(TimeoutException):
            soon = WebDriverWait(browser, 10, poll_frequency=0.02)
            soon.until(lambda _: every(browser, status.format("busy")))
            break
    # Until then it may be what an earlier run shows that is seen.
    seen(browser, status.format("idle"))


def drawn(browser, page):
    """What the figures on the page show, in words."""
    return " ".join(
        e.get_attribute("aria-label")
        for e in every(browser, f"{page} figure [role='img']")
    )


def rows(browser, page):
    return every(browser, f"{page} table.dataTable tbody tr")


@pytest.mark.slow
def test_explore_is_served_alone_without_code_and_running_at_once(
    explore_alone, browser
):
    page = ".allywatch-explorer"
    browser.get(explore_alone)
    until(browser, lambda: "the Velmoran fleet did not sail" in text(browser, page))
    assert "loading.load" not in browser.page_source
    Select(seen(browser, f"{page} select")).select_by_visible_text("Taskar")
    Select(seen(browser, f"{page} select")).deselect_by_visible_text("Corvath")
    until(browser, lambda: "Every step leads closer" in drawn(browser, page))


def in_scheme(browser, scheme):
    """Have the reader's system be ``light`` or ``dark``."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


#: Where words are hard to read upon what lies behind them: of less than 4.5 : 1 in brightness (WCAG 2.2).
FAINT = """
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
// One colour upon another, as red, green, blue and how much it covers.
const rgba = (...colours) => {
  canvas.clearRect(0, 0, 1, 1);
  for (const colour of colours) {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
  }
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const bright = (...colours) => rgba(...colours).slice(0, 3).map((part) => part / 255)
  .map((part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
  .reduce((sum, part, at) => sum + part * [.2126, .7152, .0722][at], 0);
const behind = (element) => {
  for (let each = element; each; each = each.parentElement) {
    const { backgroundColor, boxShadow } = getComputedStyle(each);
    // What is selected is filled by a shadow.
    if (boxShadow.endsWith("9999px inset") && rgba(boxShadow.split(" 0px")[0])[3] > 200) return boxShadow.split(" 0px")[0];
    if (rgba(backgroundColor)[3] === 255) return backgroundColor;
  }
  return "white";
};
const hasWords = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
const page = document.querySelector(arguments[0]);
return [...page.querySelectorAll("*")].filter(hasWords).filter((each) => each.checkVisibility() && !each.disabled).filter((each) => {
  const isDrawn = each.closest("svg") !== null;
  const style = getComputedStyle(each);
  const ground = behind(each);
  const [low, high] = [bright(ground, isDrawn ? style.fill : style.color), bright(ground)].sort((a, b) => a - b);
  return (high + .05) / (low + .05) < 4.5;
}).map((each) => `${each.tagName} ${each.textContent.trim().slice(0, 40)} ${getComputedStyle(each).color} on ${behind(each)}`);
"""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_explore_alone_is_as_light_or_dark_as_the_system_and_can_be_read(
    explore_alone, browser, scheme
):
    page = ".allywatch-explorer"
    in_scheme(browser, scheme)
    browser.get(explore_alone)
    until(browser, lambda: rows(browser, page))
    Select(seen(browser, f"{page} select")).select_by_visible_text("Taskar")
    until(browser, lambda: "Every step leads closer" in drawn(browser, page))
    ground = browser.execute_script(
        "return getComputedStyle(document.body).backgroundColor"
    )
    is_dark = int(re.search(r"\d+", ground)[0]) < 100
    assert is_dark == (scheme == "dark"), ground
    rows(browser, page)[0].click()
    until(browser, lambda: " · " in text(browser, f"{page} .allywatch-evidence h4"))
    for tab in every(browser, f"{page} .lm-TabBar-tab"):
        tab.click()
        until(browser, partial(is_current, tab))
        assert browser.execute_script(FAINT, page) == []


@pytest.mark.slow
def test_explore_alone_asks_for_no_button_of_jupyterlab(explore_alone, browser):
    browser.get(explore_alone)
    seen(browser, ".allywatch-explorer")
    words = browser.find_element(By.TAG_NAME, "body").text
    assert "Explore the evidence" in words
    assert "Run all cells" not in words


@pytest.mark.slow
def test_claims_stand_beside_the_bar_that_was_clicked_where_there_is_room(
    explore_alone, browser
):
    """And what marks the bar lies within its shape, so that it covers no other."""
    page = ".allywatch-explorer"
    of_size(browser, 1920, 1080)
    browser.get(explore_alone)
    until(browser, lambda: rows(browser, page))
    Select(seen(browser, f"{page} select")).select_by_visible_text("Taskar")
    Select(seen(browser, f"{page} select")).deselect_by_visible_text("Corvath")
    until(browser, lambda: "Every step leads closer" in drawn(browser, page))
    bar = f"{page} figure [id*='-event-2-']"
    until(browser, lambda: seen(browser, bar).click() is None)
    until(browser, lambda: "TA-02 · " in text(browser, f"{page} .allywatch-pointed"))
    claims = until(
        browser,
        lambda: (
            (place := every(browser, f"{page} .allywatch-pointed")[0].rect)["height"]
            > 50
            and place
        ),
    )
    clicked = seen(browser, bar)
    assert claims["x"] > clicked.rect["x"] + clicked.rect["width"]
    assert abs(claims["y"] - clicked.rect["y"]) < 200
    assert clicked.value_of_css_property("outline-offset") == "-2px"
    assert browser.execute_script(CUT, page) == 0
    of_size(browser, 1280, 800)
    tabs = every(browser, f"{page} .widget-tab")[0].rect
    claims = every(browser, f"{page} .allywatch-pointed")[0].rect
    assert claims["y"] >= tabs["y"] + tabs["height"]


#: By how many pixels the rows of the evidence are wider than the room they have.
CUT = """
const rows = document.querySelector(`${arguments[0]} .dt-scroll-body`);
return Math.max(0, rows.scrollWidth - rows.clientWidth - 1);
"""

#: Boxes to tick as a page of their own, with what the kernel would be told in `window.ticked`.
TICKS = """
const [source, css, labels] = arguments;
const state = { title: "Sources", hint: "", labels, ticked: labels.map(([code]) => code) };
const listeners = [];
const set = (name, value) => {
  state[name] = value;
  window.ticked = value;
  listeners.forEach((listener) => listener());
};
const model = { get: (name) => state[name], set, save_changes: () => {}, on: (_, listener) => listeners.push(listener) };
document.body.innerHTML = "<style></style><div id='ticks' style='width: 19em'></div>";
document.querySelector("style").textContent = css;
const { render } = new Function(source.replace("export default", "return"))();
render({ model, el: document.querySelector("#ticks") });
"""


def test_very_many_sources_stand_in_a_list_that_scrolls_and_is_searched(browser):
    folder = ROOT / "lib" / "allywatch" / "desk" / "explore"
    scripts = [(folder / f"ticks.{kind}").read_text("utf-8") for kind in ("js", "css")]
    labels = [[f"S{number}", f"S{number} Gazette {number}"] for number in range(474)]
    browser.get("about:blank")
    browser.execute_script(TICKS, *scripts, labels)
    boxes = every(browser, "#ticks .boxes")[0]
    assert boxes.rect["height"] < 300
    search = every(browser, "#ticks input[type='search']")[0]
    search.send_keys("gazette 47")
    shown = [label.text for label in every(browser, "label") if label.is_displayed()]
    assert shown == [f"S{n} Gazette {n}" for n in (47, 470, 471, 472, 473)]
    every(browser, "#ticks button")[1].click()  # none of those found
    assert len(browser.execute_script("return window.ticked")) == 474 - 5
    assert "469 of 474" in text(browser, "#ticks .head")
    # By the keys alone: the list is one stop, the arrows go on in it.
    search.click()
    press(browser, Keys.TAB, Keys.ARROW_DOWN, Keys.SPACE)
    assert "S470" in browser.execute_script("return window.ticked")
    press(browser, Keys.TAB)
    focused = "return document.activeElement.closest('#ticks') === null"
    assert browser.execute_script(focused)
    every(browser, "#ticks button")[0].click()
    assert len(browser.execute_script("return window.ticked")) == 474


@pytest.mark.slow
def test_explore_answers_a_choice_a_click_and_a_source_left_out(lab, browser):
    _, address = lab
    page, figures = ".allywatch-explorer", ".allywatch-explorer .widget-tab-contents"
    browser.get(f"{address}/?token=t")
    names = [
        "explore.ipynb",
        "curate.ipynb",
        "analysis.ipynb",
        "country_briefing.ipynb",
    ]
    tabs = "#jp-main-dock-panel .lm-DockPanel-tabBar .lm-TabBar-tabLabel"
    until(browser, lambda: [tab.text for tab in every(browser, tabs)] == names)
    every(browser, tabs)[0].click()
    run_all(browser)
    seen(browser, f"{page} svg")
    until(browser, lambda: len(rows(browser, page)) == 4)
    # Too few of Corvath's reports have a date for a chart.
    assert "the Velmoran fleet did not sail" in text(browser, f"{page} .chronology")
    assert drawn(browser, page) == ""
    Select(seen(browser, f"{page} select")).select_by_visible_text("Taskar")
    Select(seen(browser, f"{page} select")).deselect_by_visible_text("Corvath")
    until(
        browser,
        lambda: "Every step leads closer" in drawn(browser, page),
    )
    until(
        browser,
        lambda: "Nine patrol boats" in text(browser, f"{page} table.dataTable tbody"),
    )
    passage = "In March 2024 the Taskari parliament renewed the river pact"
    assert passage not in text(browser, page)
    rows(browser, page)[0].click()
    until(browser, lambda: passage in text(browser, page), passage)
    figure = f"{page} figure [id*='-event-2-']"
    until(browser, lambda: every(browser, figure)[0].click() is None)
    until(browser, lambda: "TA-02 · " in text(browser, page))
    until(browser, lambda: is_in_view(browser, "TA-02 · "), "scrolled to its claims")
    assert "clicked" in every(browser, figure)[0].get_attribute("class")
    assert "4 : 0" in text(browser, figures)
    browser.find_element(
        By.XPATH, "//label[contains(., 'S2 Harbour Ledger')]//input"
    ).click()
    until(browser, lambda: "3 : 0" in text(browser, figures))


@pytest.mark.slow
def test_a_briefing_is_exported_from_the_menu_and_its_marks_tell_what_they_rest_on(
    lab, browser, tmp_path
):
    _, address = lab
    browser.get(f"{address}/doc/tree/notebooks/country_briefing.ipynb?token=t")
    run_all(browser)
    until(
        browser,
        lambda: (
            not every(browser, ".jp-Notebook-ExecutionIndicator[data-status='busy']")
        ),
    )
    mark = until(browser, lambda: every(browser, 'a.mark[href$="#1"]'))[0]
    ActionChains(browser).move_to_element(mark).perform()
    until(
        browser,
        lambda: "Taskar renewed the river pact" in (mark.get_attribute("title") or ""),
    )
    click_menu(browser, "File", "Save and Export Notebook As")
    offered = until(
        browser,
        lambda: [
            item.text
            for item in every(browser, ".lm-Menu-itemLabel")
            if "riefing" in item.text
        ],
    )
    assert offered == ["Briefing PDF"]
    click_item(browser, "lm-Menu-itemLabel", "Briefing PDF")
    pdf = until(browser, lambda: list(tmp_path.glob("*.pdf")))[0]
    assert pdf.name == "country_briefing_XTA.pdf"
    with pypdfium2.PdfDocument(pdf) as document:
        assert "Taskar" in document[0].get_textpage().get_text_bounded()


@contextmanager
def at_the_curate_desk(lab, browser, monkeypatch, words):
    """The data folder, with the curate notebook run on it; the first proposal is open, whose passage has these words."""
    monkeypatch.delenv(DOCUMENTS_VARIABLE, raising=False)
    folder, address = lab
    (folder / "article.txt").write_text(ARTICLE, encoding="utf-8")
    cells = {"source_id": "S4", "title": "An article", "stance": "mixed"}
    cells["published"] = "2026-03-10"
    curate.add_source(folder / "data", folder / "article.txt", cells)
    try:
        browser.get(f"{address}/doc/tree/notebooks/curate.ipynb?token=t")
        run_all(browser)
        until(browser, lambda: words in text(browser, f"{DESK} .aw-words"))
        box(browser, "reviewer").send_keys("RV", Keys.ESCAPE)
        until(browser, lambda: words in opened(browser))
        yield folder / "data"
    finally:
        while True:
            try:
                curate.undo(folder / "data")
            except curate.NothingToUndo:
                break


def opened(browser):
    """The words of the passage that is open at the desk."""
    pieces = every(browser, f"{DESK} .aw-open")
    return "".join(map(words_of, pieces))


def words_of(element):
    return element.get_attribute("textContent")


def press(browser, *keys):
    ActionChains(browser).send_keys(*keys).perform()


def box(browser, name):
    return until(browser, lambda: every(browser, f"{DESK} [data-name='{name}']"))[0]


def told(browser, words):
    until(
        browser, lambda: re.search(words, text(browser, f"{DESK} .aw-message")), words
    )


@pytest.mark.slow
def test_a_proposal_is_accepted_with_three_keys_beside_the_statement_and_taken_back(
    lab, browser, monkeypatch
):
    with at_the_curate_desk(lab, browser, monkeypatch, "Taskar renewed") as folder:
        before = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
        press(browser, "1")
        press(browser, "Taskar renewed the pact.")
        press(browser, Keys.ENTER)
        told(browser, r"S4-001\w+ added")
        report = check(folder)
        assert report.exit_code == 0, report.text
        assert "passages verified: 26 of 26" in report.text
        assert "accepted" in (folder / "proposals.csv").read_text(encoding="utf-8")
        # The next proposal is open, and the keys are at hand again.
        assert "Corvath" in opened(browser)
        press(browser, "u")
        told(browser, r"Taken back in claims\.csv and proposals\.csv: S4-001\w+\.")
        after = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
        assert after == before


@pytest.mark.slow
def test_a_proposal_opens_an_event_with_seven_keys_beside_its_texts(
    lab, browser, monkeypatch
):
    """A new event from the guesses alone: 0 opens it, Enter saves; a short statement is its headline."""
    with at_the_curate_desk(lab, browser, monkeypatch, "Taskar renewed") as folder:
        press(browser, "0")
        for name, label in (
            ("events.type", "Pact"), ("events.dimension", "Diplomatic"),
            ("events.intensity", "Measures"), ("events.direction", "closer"),
            ("events.channel", "Deepening"),
        ):  # fmt: skip
            assert box(browser, name).is_displayed()
            chosen = Select(box(browser, name))
            option = next(each for each in chosen.options if label in each.text)
            chosen.select_by_visible_text(option.text)
        box(browser, "claims.statement").send_keys("A pact was renewed.", Keys.ENTER)
        told(browser, r"added, of XTA-01\w+\.")
        assert check(folder).exit_code == 0


@pytest.mark.slow
def test_a_proposal_is_accepted_with_three_clicks_beside_the_statement(
    lab, browser, monkeypatch
):
    with at_the_curate_desk(lab, browser, monkeypatch, "Taskar renewed"):
        seen(browser, f"{DESK} .aw-event").click()
        box(browser, "claims.statement").send_keys("Taskar renewed the pact.")
        seen(browser, f"{DESK} .aw-primary").click()
        told(browser, r"S4-001\w+ added")


@pytest.mark.slow
def test_keys_of_the_desk_are_not_those_of_jupyterlab_and_two_presses_save_once(
    lab, browser, monkeypatch
):
    with at_the_curate_desk(lab, browser, monkeypatch, "Taskar renewed") as folder:
        cells = len(every(browser, ".jp-Cell"))
        code_cells = len(every(browser, ".jp-CodeCell"))
        first = opened(browser)
        press(browser, "n")
        until(browser, lambda: opened(browser) != first)
        press(browser, "p")
        until(browser, lambda: opened(browser) == first)
        press(browser, "?")
        assert seen(browser, f"{DESK} .aw-keys").is_displayed()
        press(browser, "?")
        # In a list of choices and on a button, too: r would make the cell raw, m one of words, and the desk be gone.
        basis = box(browser, "claims.date_basis")
        basis.send_keys("r", "m", "y", Keys.ESCAPE)
        browser.find_element(
            By.XPATH,
            "//*[contains(@class, 'allywatch-desk')]//button[contains(., 'Keys')]",
        ).click()
        press(browser, "z", "m", "y", "?")
        assert seen(browser, f"{DESK} .aw-open").is_displayed()
        assert len(every(browser, ".jp-CodeCell")) == code_cells
        press(browser, "a")
        until(browser, lambda: "join an event" in text(browser, f"{DESK} .aw-events"))
        press(browser, "1")
        press(browser, "Once.")
        press(browser, Keys.ENTER, Keys.ENTER)
        told(browser, r"S4-001\w+ added")
        assert len(every(browser, ".jp-Cell")) == cells
        assert "S4-002" not in (folder / "claims.csv").read_text(encoding="utf-8")
        press(browser, "x")
        box(browser, "reason").clear()
        box(browser, "reason").send_keys("beside the point", Keys.ENTER)
        told(browser, "Nothing to code there")
        assert "beside the point" in (folder / "uncoded.csv").read_text(
            encoding="utf-8"
        )


@pytest.mark.slow
def test_one_key_shows_the_partner_s_briefing_with_the_rows_as_they_are(
    lab, browser, monkeypatch
):
    with at_the_curate_desk(lab, browser, monkeypatch, "Taskar renewed"):
        press(browser, "1")
        press(browser, "Taskar did renew the pact again.", Keys.ENTER)
        told(browser, r"S4-001\w+ added")
        press(browser, "b")
        page = seen(browser, f"{DESK} iframe.aw-briefing")
        assert page.get_attribute("sandbox") == ""
        shown = page.get_attribute("srcdoc")
        assert "Preview of the data as they are" in shown
        assert "Taskar did renew the pact again." in shown
        press(browser, Keys.ESCAPE)
        until(browser, lambda: not page.is_displayed())


def of_size(browser, width, height):
    """Have the window be of this size, in pixels."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )


def at_rest(browser):
    """Wait until the desk has answered."""
    until(browser, lambda: not every(browser, ".aw-waiting"))


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_the_whole_desk_is_above_the_fold_whatever_is_open(
    lab, browser, monkeypatch, width, height
):
    """A new event, the longest list of events, errors in many fields, a reason, an event's cells, the panels."""
    of_size(browser, width, height)
    with at_the_curate_desk(lab, browser, monkeypatch, "Taskar renewed"):
        press(browser, "0")
        until(browser, lambda: box(browser, "events.summary").is_displayed())
        assert browser.execute_script(UNSEEN) == []
        box(browser, "find").send_keys("velmora")
        until(browser, lambda: len(every(browser, f"{DESK} .aw-event")) == 8)
        at_rest(browser)
        assert browser.execute_script(UNSEEN) == []
        press(browser, Keys.ESCAPE)
        for name in ("events.date", "claims.date"):
            box(browser, name).clear()
            box(browser, name).send_keys("soon")
        box(browser, "events.partners").clear()
        box(browser, "claims.value").send_keys("many")
        statement = "What is said here is longer than any headline may be."
        box(browser, "claims.statement").send_keys(statement, Keys.ENTER)
        until(browser, lambda: "Headline" in text(browser, f"{DESK} .aw-message"))
        assert len(every(browser, f"{DESK} .aw-wrong")) > 4
        assert browser.execute_script(UNSEEN) == []
        press(browser, Keys.ESCAPE, "b")
        told(browser, "no partner with a briefing")
        box(browser, "events.partners").send_keys("XTA", Keys.ESCAPE)
        press(browser, "b")
        seen(browser, f"{DESK} iframe.aw-briefing")
        assert browser.execute_script(UNSEEN) == []
        press(browser, Keys.ESCAPE, "?")
        assert browser.execute_script(UNSEEN) == []
        press(browser, Keys.ESCAPE, "x", Keys.ESCAPE, "1", Keys.ESCAPE, "E")
        until(browser, lambda: every(browser, f"{DESK} .aw-altered:not([hidden])"))
        at_rest(browser)
        assert browser.execute_script(UNSEEN) == []


@pytest.mark.slow
def test_a_guess_is_marked_until_a_person_sets_the_field(lab, browser, monkeypatch):
    with at_the_curate_desk(lab, browser, monkeypatch, "Taskar renewed"):
        press(browser, "0")
        partners = box(browser, "events.partners")
        assert partners.get_attribute("value") == "XTA"
        assert is_guess(partners)
        partners.send_keys("x")
        assert not is_guess(partners)


def is_guess(field):
    label = field.find_element(By.XPATH, "./ancestor::label")
    return "aw-guess" in label.get_attribute("class")


@pytest.mark.slow
def test_codes_follow_a_type_until_a_person_sets_them(lab, browser, monkeypatch):
    with at_the_curate_desk(lab, browser, monkeypatch, "Taskar renewed"):
        press(browser, "0")
        chosen = {
            name: Select(box(browser, f"events.{name}"))
            for name in ("type", "channel", "dimension", "direction")
        }
        chosen["type"].select_by_value("ARMS_DIVERSIFY")
        values = [
            box(browser, f"events.{name}").get_attribute("value") for name in chosen
        ]
        assert values == ["ARMS_DIVERSIFY", "realignment", "military", "-1"]
        assert is_guess(box(browser, "events.channel"))
        chosen["dimension"].select_by_value("domestic")
        chosen["type"].select_by_value("TRADE_DEEPEN")
        values = [
            box(browser, f"events.{name}").get_attribute("value") for name in chosen
        ]
        assert values == ["TRADE_DEEPEN", "deepening", "domestic", "1"]
        assert not is_guess(box(browser, "events.dimension"))


@pytest.mark.slow
def test_an_attributed_claim_reminds_at_once_of_whom_it_is_put_to(
    lab, browser, monkeypatch
):
    with at_the_curate_desk(lab, browser, monkeypatch, "Taskar renewed"):
        reminders = f"{DESK} .aw-reminded .aw-error"
        assert text(browser, reminders) == ""
        Select(box(browser, "claims.modality")).select_by_value("attributed")
        assert "must say to whom" in text(browser, reminders)
        box(browser, "claims.attributed_to").send_keys("a pilot")
        assert text(browser, reminders) == ""


@pytest.mark.slow
def test_an_event_is_altered_by_one_key_and_taken_back(lab, browser, monkeypatch):
    with at_the_curate_desk(lab, browser, monkeypatch, "Taskar renewed") as folder:
        before = (folder / "events.csv").read_bytes()
        press(browser, "1", Keys.ESCAPE, "E")
        headline = box(browser, "events.headline")
        until(browser, lambda: headline.get_attribute("value"))
        headline.clear()
        headline.send_keys("Pact of the river", Keys.ENTER)
        told(browser, r"TA-0\d saved")
        assert b"Pact of the river" in (folder / "events.csv").read_bytes()
        assert "Taskar renewed" in opened(browser)
        press(browser, "u")
        told(browser, "Taken back in events.csv")
        assert (folder / "events.csv").read_bytes() == before


@pytest.mark.slow
def test_what_is_rejected_is_struck_in_the_text_and_named_in_the_legend(
    lab, browser, monkeypatch
):
    with at_the_curate_desk(lab, browser, monkeypatch, "Taskar renewed"):
        press(browser, "r")
        told(browser, "rejected")
        struck = seen(browser, f"{DESK} .aw-words .aw-rejected")
        assert "Taskar renewed" in words_of(struck)
        assert "line-through" in struck.value_of_css_property("text-decoration")
        assert "rejected" in text(browser, f"{DESK} .aw-key")
        struck.click()
        until(browser, lambda: "Rejected" in text(browser, f"{DESK} .aw-open-title"))


@pytest.mark.slow
@pytest.mark.parametrize("page", ["curate", "explore"])
def test_no_text_of_the_data_runs_at_the_desk(lab, browser, page):
    """Every widget of a page on a folder in whose every text stands a script; `lab` is as it was afterwards."""
    folder, address = lab
    sound = {path: path.read_bytes() for path in (folder / "data").glob("*.*")}
    canaries.spread_in(folder / "data")
    desk = {"curate": ".allywatch-desk", "explore": ".allywatch-explorer"}[page]
    try:
        browser.get(f"{address}/doc/tree/notebooks/{page}.ipynb?token=t")
        run_all(browser)
        if page == "curate":
            until(
                browser, lambda: "Proposal" in text(browser, f"{desk} .aw-open-title")
            )
            # What is typed while the desk is drawn anew is lost: then once more.
            for _ in range(3):
                press(browser, "N", "0")
                box(browser, "claims.statement").send_keys("Said.", Keys.ENTER)
                with suppress(TimeoutException):
                    soon = WebDriverWait(browser, 15)
                    soon.until(lambda _: any(map(words_of, every(browser, ERRORS))))
                    break
            assert any(map(words_of, every(browser, ERRORS)))
        else:
            until(browser, lambda: rows(browser, desk))
            until(browser, lambda: rows(browser, desk)[0].click() is None)
            until(browser, lambda: "S1-00" in text(browser, desk))
            for tab in every(browser, f"{desk} .lm-TabBar-tab"):
                tab.click()
                until(browser, partial(is_current, tab))
        assert "onerror=canary" in text(browser, desk)
        assert not every(browser, f"{desk} img[src='x']")
        assert browser.execute_script("return window.canary") is None
    finally:
        for path, content in sound.items():
            path.write_bytes(content)


def is_in_view(browser, words):
    """Whether a heading of claims that begins with `words` lies within the window."""
    headings = browser.find_elements(By.XPATH, f"//h4[starts-with(., '{words}')]")
    bounds = "const b = arguments[0].getBoundingClientRect(); return [b.top, b.bottom, innerHeight]"
    top, bottom, height = browser.execute_script(bounds, headings[-1])
    return 0 <= top < bottom <= height


def is_current(tab):
    return "lm-mod-current" in tab.get_attribute("class")
