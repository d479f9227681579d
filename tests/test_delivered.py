"""What lies beside the briefings for other tools and other people: feed, tables, and the letter of what changed."""

import copy
import csv
import json
import shutil
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from conftest import ROOT, spoil

from allywatch import briefings, cli
from briefmill.building import build
from briefmill.editions import feed

ATOM = "{http://www.w3.org/2005/Atom}"
KEEPER = "import sys, pathlib; pathlib.Path('notices.txt').open('a').write(sys.stdin.read() + '---')"


class Content(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.tags, self.words = [], set(), ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.links += [value for name, value in attributes if name == "href"]

    def handle_data(self, words):
        self.words += words


def entries(text):
    """The entries of a feed as dicts of their texts; on the way, what RFC 4287 asks of feed and entries is looked after."""
    root = ElementTree.fromstring(text)
    names = [child.tag for child in root]
    for wanted in ("id", "title", "updated", "author"):
        assert names.count(f"{ATOM}{wanted}") == 1
    found = []
    for entry in root.findall(f"{ATOM}entry"):
        said = {child.tag.removeprefix(ATOM): child for child in entry}
        assert {"id", "title", "updated", "content", "link"} <= said.keys()
        assert said["content"].get("type") == "html"
        texts = {name: child.text for name, child in said.items()}
        found.append(texts | {"href": said["link"].get("href")})
    assert len({each["id"] for each in found}) == len(found)
    return found


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The second edition of the tiny folder: an event has another headline, and one counts no more."""
    folder = tmp_path_factory.mktemp("delivered")
    data = folder / "data"
    shutil.copytree(ROOT / "tests" / "fixtures" / "tiny", data)
    shutil.copy(ROOT / "data" / "datapackage.json", data)
    for number in (1, 2):
        planned = briefings.plan(data, ROOT / "notebooks", ["Bellmark"])
        made = build(planned, folder / "reports", workers=1)
        assert not made.failed
        if number == 1:
            assert entries((made.folder / "feed.xml").read_text("utf-8")) == []
            spoil(
                data, "events", "E6", headline="Boats <script>alert(1)</script> & more"
            )
    return made


def test_the_feed_tells_of_each_briefing_that_says_something_new(edition):
    (entry,) = entries((edition.folder / "feed.xml").read_text("utf-8"))
    assert entry["title"] == "Bellmark"
    assert entry["href"] == "country_briefing_XBE.html"
    assert entry["updated"] == edition.manifest["edition"]["made"]
    content = Content(entry["content"])
    assert content.tags == {"ul", "li", "a"}  # nothing in the data is markup
    assert "Boats <script>alert(1)</script> & more" in content.words
    (link,) = content.links
    page, place = link.split("#")
    assert f'id="{place}"' in (edition.folder / page).read_text("utf-8")


def test_the_feed_keeps_what_earlier_editions_said_new(edition):
    earlier = edition.manifest
    later = copy.deepcopy(earlier)
    later["edition"] |= {"number": 3, "made": "2031-01-02T03:04:05Z", "previous": 2}
    later["briefings"]["country_briefing_XBE"]["changes"] = ["Direction: turned."]
    later["series"] = feed.series(later, earlier)
    later["news"] = feed.news(later, earlier, {})
    new, old = entries(feed.page(later, "Ties", "allywatch"))
    (before,) = entries(feed.page(earlier, "Ties", "allywatch"))
    assert old == before
    assert new["updated"] == "2031-01-02T03:04:05Z"
    assert Content(new["content"]).words == "Direction: turned."


def test_a_feed_has_no_more_entries_than_a_reader_shows(edition):
    entry = edition.manifest["news"][0]
    many = [entry | {"edition": number} for number in range(500, 1, -1)]
    earlier = edition.manifest | {"news": many}
    kept = feed.news(edition.manifest, earlier, {})
    assert [each["edition"] for each in kept] == [2, *range(500, 441, -1)]


def test_events_and_claims_lie_beside_the_briefings(edition):
    for name in ("events", "claims"):
        path = edition.folder / f"{name}.csv"
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        original = ROOT / "tests" / "fixtures" / "tiny" / f"{name}.csv"
        with original.open(newline="", encoding="utf-8") as file:
            expected = list(csv.DictReader(file))
        key = next(iter(expected[0]))
        assert [row[key] for row in rows] == [row[key] for row in expected]
        assert f"{name}.csv" in edition.manifest["pages"]


def test_what_the_briefings_say_lies_beside_them_as_json(edition):
    said = json.loads((edition.folder / "briefings.json").read_text("utf-8"))
    by_name = {each["name"]: each for each in said["briefings"]}
    made = edition.manifest["briefings"]["country_briefing_XBE"]["output"]
    bellmark = by_name["country_briefing_XBE"]
    assert bellmark["partner_name"] == "Bellmark"
    assert bellmark["direction"] == made["direction"]
    assert bellmark["balance"] == made["snapshot"]["balance"]
    assert bellmark["confidence"] == made["snapshot"]["confidence"]
    assert (edition.folder / bellmark["files"]["pdf"]).is_file()


def schedule(folder, *occasions):
    path = folder / "timetable.toml"
    command = json.dumps([sys.executable, "-c", KEEPER])
    path.write_text(
        "[tool.allywatch.schedule.nightly]\n"
        f'cron = "0 6 * * *"\npartners = ["Bellmark"]\nnotify = {command}\n'
        f"notify_on = {json.dumps(occasions)}\n",
        "utf-8",
    )
    return ["schedule", "run", "nightly", "--file", str(path)]


@pytest.mark.slow
def test_a_letter_tells_what_a_briefing_concludes_differently(tiny, tmp_path):
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    run = schedule(tmp_path, "change")
    notices = tmp_path / "notices.txt"
    assert cli.main(run) == 0
    # An event in other words is nothing that the page concludes.
    spoil(tiny, "events", "E6", headline="Twelve boats delivered")
    assert cli.main(run) == 0
    assert not notices.exists()
    for event in ("E5", "E6"):
        spoil(tiny, "events", event, direction="-1", channel="defection")
    assert cli.main(run) == 0
    text = notices.read_text()
    first, blank, title, *lines, before_last, last = text.removesuffix(
        "\n---"
    ).splitlines()
    assert (
        first == "allywatch: schedule nightly has 1 briefing that says something else"
    )
    assert (blank, title, before_last) == ("", "Bellmark", "")
    assert last == "See reports/latest"
    assert all(line.startswith("- ") for line in lines)
    assert any("was " in line for line in lines)


def test_an_occasion_that_is_not_known_is_refused(tmp_path, capsys):
    run = schedule(tmp_path, "failure", "chnage")
    assert cli.main(run) == 2
    assert (
        "notify_on has 'chnage'; it knows failure, recovery, change"
        in capsys.readouterr().err
    )
