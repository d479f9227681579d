"""One partner's briefing as a PDF, by allywatch and by other people's tools: the same notebook, run from nothing.

usage: python benchmarks/others.py [PARTNER]     (default: ARM; `make others` installs nbprint for it, beside the environment)

Medians of `REPEATS` runs. What is not installed is named and left out.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
OTHERS = ROOT / ".others"
REPEATS = 3
NAME = "country_briefing"
#: Where Playwright looks for a browser, and for one without a window, in the folder of browsers.
_ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def main() -> None:
    """Measure each tool that is here, and print the table."""
    partner = (sys.argv[1:] or ["ARM"])[0]
    print(f"{partner:44} {'s':>8} {'s of processor':>15}")
    with tempfile.TemporaryDirectory(prefix="allywatch-others-") as name:
        folder = Path(name)
        for tool, command in _commands(partner, folder):
            if isinstance(command, str):
                print(f"{tool:44} not measured: {command}", flush=True)
                continue
            runs = [_measured(command, folder) for _ in range(REPEATS)]
            seconds, busy = map(statistics.median, zip(*runs, strict=True))
            print(f"{tool:44} {seconds:8.1f} {busy:15.1f}", flush=True)


def _commands(partner: str, folder: Path) -> Iterator[tuple[str, list | str]]:
    """Each tool with its command, or with why there is none."""
    shell = ["sh", "-ec"]
    build = [BIN / "allywatch", "build", partner, "--force", "--out", folder / "out"]
    paths = ["--data", ROOT / "data", "--notebooks", ROOT / "notebooks"]
    yield "allywatch build --force", [*build, *paths]
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    run = (
        f"{BIN}/papermill {NAME}.ipynb run.ipynb -p partner {partner} --no-progress-bar"
    )
    flags = f"--headless --no-sandbox --disable-gpu --user-data-dir={folder}/chromium"
    web = f"{BIN}/jupyter nbconvert --to html run.ipynb"
    printed = f"{browser} {flags} --print-to-pdf=made.pdf run.html"
    habit = [*shell, f"{run}; {web}; {printed}"] if browser else "no Chromium"
    yield "papermill, nbconvert --to html, Chromium", habit
    nbprint = OTHERS / "bin" / "nbprint"
    if browser is None:
        yield "nbprint", "no Chromium"
    elif not nbprint.exists():
        yield "nbprint", "not installed: make others"
    else:
        _link_browser(Path(browser), folder / "browsers")
        settings = f"PATH={OTHERS}/bin:$PATH PLAYWRIGHT_BROWSERS_PATH={folder}/browsers"
        printing = f"{settings} {nbprint} {NAME}.ipynb nbprint/outputs=nbprint/pdf"
        moved = "mv outputs/*.pdf made.pdf"
        yield "nbprint", [*shell, f"{printing}; {moved}"]
    if shutil.which("quarto") is None:
        yield "quarto, by Typst", "not installed"
    else:
        render = f"quarto render {NAME}.ipynb --execute --to typst --output made.pdf"
        yield "quarto, by Typst", [*shell, render]


def _link_browser(browser: Path, folder: Path) -> None:
    """Put `browser` where nbprint's Playwright looks for its own, below `folder`."""
    command = ["env", f"PLAYWRIGHT_BROWSERS_PATH={folder}", OTHERS / "bin" / "python"]
    said = subprocess.run(
        [*command, "-c", _ASK_PLAYWRIGHT], check=True, capture_output=True, text=True
    )
    chrome = Path(said.stdout.strip())
    version = chrome.relative_to(folder).parts[0].removeprefix("chromium-")
    bits = chrome.parent.name.removeprefix("chrome-")
    shell = folder / f"chromium_headless_shell-{version}"
    for path in (chrome, shell / f"chrome-headless-shell-{bits}/chrome-headless-shell"):
        path.parent.mkdir(parents=True)
        path.symlink_to(browser)


def _measured(command: list, folder: Path) -> tuple[float, float]:
    """Seconds, and seconds of the processor, from a fresh copy of notebooks and data to a PDF."""
    place = folder / "copy"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ROOT / "data", place / "data")
    shutil.copytree(ROOT / "notebooks", place / "notebooks")
    # nbprint runs its cells one folder further down.
    (place / "notebooks" / "data").symlink_to(place / "data")
    before = psutil.Process().cpu_times()
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=place / "notebooks", capture_output=True, text=True
    )
    seconds = time.perf_counter() - started
    after = psutil.Process().cpu_times()
    made = [place / "notebooks" / "made.pdf", *folder.glob("out/latest/*.pdf")]
    if done.returncode or not any(map(Path.exists, made)):
        raise SystemExit(done.stdout + done.stderr)
    user = after.children_user - before.children_user
    return seconds, user + after.children_system - before.children_system


if __name__ == "__main__":
    main()
