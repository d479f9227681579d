"""Whatever one node of an input is changed to, it works or is refused in a sentence; never with a traceback.

Contract, manifests, schedules, maps and notebooks, as test_hostile.py does for cells. With
`ALLYWATCH_EXAMPLES=10000` it looks as long as one likes.
"""

import json
import os
import shutil
import tomllib
from pathlib import Path

import pytest
import rainfall
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from press import Press
from reading import country, overview_of
from spoiling import changed, in_toml, places, spoilings

from allywatch.check import check
from allywatch.data.contract import ContractError, read_contract
from allywatch.data.loading import load
from allywatch.data.shape import misfits
from allywatch.desk.importing.map_reading import read_map
from allywatch.evidence import network
from briefmill import PlanError, build, freshness, plan
from briefmill.editions import auditing, changes, manifest
from briefmill.schedule import schedules, timers

ROOT = Path(__file__).parents[1]
EXAMPLES = int(os.environ.get("ALLYWATCH_EXAMPLES", "40"))
many = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck)
)
few = settings(many, max_examples=max(EXAMPLES // 4, 5))

CONTRACT = json.loads((ROOT / "data" / "datapackage.json").read_bytes())
MAPS = ROOT / "lib" / "allywatch" / "desk" / "importing" / "maps"


def can_be_read(words):
    """Whether `words` can go to any terminal: no letter that cannot be written, and nothing that steers it."""
    words.encode()
    return all(each.isprintable() or each == "\n" for each in words)


# The contract


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("spoilt") / "data"
    shutil.copytree(ROOT / "tests" / "fixtures" / "tiny", made)
    return made


@pytest.mark.slow
@given(spoilings(CONTRACT))
@few
def test_a_contract_with_a_change_makes_pages_or_is_refused(folder, package):
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    report = check(folder)
    assert report.exit_code in (0, 2)
    assert can_be_read(report.text)
    if report.exit_code:
        assert "must" in report.text
        return
    dataset = load(folder)
    assert country(dataset, "XBE") and overview_of(network.network(dataset))


@pytest.mark.slow
@given(st.lists(st.sampled_from(list(places(CONTRACT))), min_size=2, max_size=4))
@many
def test_every_misfit_of_a_contract_is_named_whatever_else_is_wrong(chosen):
    """Several values are given another type; each is named that would be named alone, unless it lies in another."""
    apart = [
        path
        for path in chosen
        if path
        and not any(path != each and path[: len(each)] == each for each in chosen)
    ]
    package = CONTRACT
    alone = set()
    for path in apart:
        alone |= set(misfits(changed(CONTRACT, path, "replaced", {"x": 1})))
        package = changed(package, path, "replaced", {"x": 1})
    # What has lost its name is called by its number, so the places of others may be called otherwise.
    rules = {each.rule for each in misfits(package)}
    assert {each.rule for each in alone} <= rules


# A manifest


@pytest.fixture(scope="module")
def weather(tmp_path_factory):
    """The rainfall domain with two editions, in the second of which Oslo fails."""
    made = tmp_path_factory.mktemp("weather")
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / "tests" / "rainfall" / name, made / name)
    printed(made)
    rows = made / "data" / "rainfall.csv"
    rows.write_text(rows.read_text().replace("oslo,2025-12,55", "oslo,2025-12,56"))
    printed(made, dry=["oslo"])
    return made


def printed(weather, dry=(), out="out"):
    planned = plan(rainfall, weather / "data", weather / "notebooks")
    return build(planned, weather / out, executor=Press(dry))


@pytest.mark.slow
@given(data=st.data())
@many
def test_a_manifest_with_a_change_is_used_or_counts_as_absent(weather, data):
    """The next edition is whole either way, and nobody who reads the manifest falls over it."""
    shutil.rmtree(weather / "again", ignore_errors=True)
    shutil.copytree(weather / "out", weather / "again", symlinks=True)
    path = weather / "again" / "editions" / "2" / manifest.FILE
    said = json.loads(path.read_bytes())
    path.chmod(0o644)
    path.write_text(json.dumps(data.draw(spoilings(said))), "utf-8")

    read = manifest.read(path.parent)
    freshness.whole(read, path.parent)
    manifest.failed(read)
    if read:
        changes.page(read, {"oslo": "Oslo"}, "Nothing.")
    auditing.damages(weather / "again")
    edition = printed(weather, out="again")
    assert len(manifest.outputs(edition.manifest)) == 4
    assert freshness.whole(edition.manifest, edition.folder)


# TOML

SCHEDULES = {
    "tool": {
        "allywatch": {
            "schedule": {
                "weekly": {
                    "cron": "30 6 * * 1",
                    "timezone": "Europe/London",
                    "partners": ["Armenia"],
                    "as_of": "last-month-end",
                    "keep": 12,
                    "time_limit": 600,
                    "data": "data",
                    "notify": ["mail", "-s", "allywatch"],
                },
                "monthly": {"cron": "0 5 1 JAN-DEC *"},
            }
        }
    }
}
IN_TOML = (
    *(True, 0, -1, 7, 2.5, 10**30, "", "x", "a\nb", "../x", "\x00", "é", "* * * * *"),
    *("0 0 30 2 *", [], ["x"], [[]], [7, "x"], {}, {"x": 1}),
)


@given(spoilings(SCHEDULES, IN_TOML))
@many
def test_a_schedule_with_a_change_is_read_or_refused(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "pyproject.toml"
    text = in_toml(content) if isinstance(content, dict) else "a = "
    file.write_text(text, "utf-8")
    try:
        for schedule in schedules.read(file, "allywatch").values():
            schedule.day()
            for form in ("cron", "systemd", "github"):
                timers.files(schedule, form, file)
    except schedules.ScheduleError as refused:
        assert can_be_read(str(refused))
        assert "pyproject.toml" in str(refused) or "Schedule " in str(refused)


@pytest.fixture(scope="module")
def contract():
    return read_contract(ROOT / "data")


@pytest.mark.parametrize("name", sorted(path.stem for path in MAPS.glob("*.toml")))
@given(data=st.data())
@few
def test_a_map_with_a_change_is_read_or_refused(tmp_path_factory, contract, name, data):
    """Beside it lie the lists of codes that the shipped maps name."""
    home = tmp_path_factory.getbasetemp() / "maps"
    if not home.exists():
        shutil.copytree(MAPS, home)
    content = tomllib.loads((MAPS / f"{name}.toml").read_text("utf-8"))
    spoilt = data.draw(spoilings(content, IN_TOML))
    file = home / "changed.toml"
    file.write_text(in_toml(spoilt) if isinstance(spoilt, dict) else "a = ", "utf-8")
    try:
        read_map(file, contract)
    except ContractError as refused:
        assert all("must" in each.rule for each in refused.failures), refused
        assert can_be_read(str(refused))


@pytest.mark.parametrize("text", ["a = " + "[" * 9999, "a = 1" + "0" * 9999, "\ufeffa"])
def test_a_map_out_of_all_measure_is_refused(tmp_path, contract, text):
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ContractError, match=r"mine\.toml: must be TOML"):
        read_map(file, contract)


# Notebooks

NOTEBOOK = json.loads(
    (ROOT / "tests" / "rainfall" / "notebooks" / "town_briefing.ipynb").read_bytes()
)
#: Cells of parameters as people write them.
CELLS = (
    *(
        "town = 1",
        "town: str",
        "town, as_of = 'oslo', ''",
        "x = [",
        "town: nothing = 3",
    ),
    *("import os\ntown = os.name", "%matplotlib inline", "town: 'int |' = 1", "\x00"),
    *("def town(): pass", "town = " + "(" * 200 + ")" * 200, "town = 1" + "0" * 5000),
)


@given(notebook=spoilings(NOTEBOOK), parameters=st.sampled_from([None, None, *CELLS]))
@many
def test_a_notebook_with_a_change_is_planned_or_refused(weather, notebook, parameters):
    home = weather / "changed"
    home.mkdir(exist_ok=True)
    path = home / "town_briefing.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    if parameters is not None:
        path.write_text(
            json.dumps(
                changed(NOTEBOOK, ("cells", 1, "source"), "replaced", parameters)
            )
        )
    for values in ({}, {"town": "oslo"}, {"dry": "3"}, {"unit": "x"}):
        try:
            planned = plan(rainfall, weather / "data", home, parameters=values)
        except PlanError as refused:
            assert can_be_read(str(refused))
            continue
        freshness.keys(planned)
        freshness.request(rainfall, weather / "data", home, "", {})
