"""What sources are called: by their publishers, and no two alike on any page."""

import shutil

import pandas as pd
import pytest
from conftest import ROOT, spoil

from allywatch.data import loading
from allywatch.data.source_names import named
from allywatch.evidence import network
from allywatch.page.network_tables import by_source
from allywatch.page.wording.voices import abbreviations
from briefmill.texts import plain


def sources(*rows):
    columns = ["source_id", "publisher", "title", "published"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize(
    ("rows", "called"),
    [
        (
            [("S1", "Gazette", "A", "2025"), ("S2", "", "Gazette", "2026-03")],
            ["Gazette (2025)", "“Gazette” (2026)"],
        ),
        (
            [
                ("S1", "Gazette", "A", "2025-01-31"),
                ("S2", "Gazette", "B", "2026-03"),
                ("S3", "Gazette", "C", "2026-04-02"),
                ("S4", "Gazette", "D", "2024/2025"),
            ],
            [
                "Gazette (2025)",
                "Gazette (March 2026)",
                "Gazette (2 April 2026)",
                "Gazette (2024 to 2025)",
            ],
        ),
        (
            [
                ("S1", "", 'The "quiet" year', "2025"),
                ("S2", "Post; Mast", "A", "2025"),
                ("S3", "Wire (Post; Mast)", "A", "2025"),
                ("S4", f"Wire ({'Post; ' * 12})", "A", "2025"),
            ],
            [
                "“The ‘quiet’ year”",
                "Post / Mast",
                "Wire (Post; Mast)",
                f"Wire ({'Post; ' * 7}Post…)",
            ],
        ),
        (
            [("S1", "Gazette", "A", "2025"), ("S2", "Gazette", "B", "2025")],
            ["Gazette (2025, S1)", "Gazette (2025, S2)"],
        ),
        (
            [("S1", "The Post", "A", "2025"), ("S2", "the POST", "B", "2026")],
            ["The Post (2025)", "the POST (2026)"],
        ),
        (
            [
                ("S1", "Gazette", "A", ""),
                ("S2", "Gazette", "B", ""),
                ("S3", "Gazette (S2)", "C", "2025"),
            ],
            ["Gazette (S1)", "Gazette (S2) (S2)", "Gazette (S2) (S3)"],
        ),
        (
            [("S1", f"A {'b' * 90}", "A", "2025"), ("S2", "c" * 61, "B", "2026")],
            [f"A {'b' * 57}…", f"{'c' * 59}…"],
        ),
    ],
    ids=[
        "date",
        "year or date",
        "title and several publishers",
        "id",
        "capitals",
        "called as another",
        "long words",
    ],
)
def test_no_two_sources_are_called_alike(rows, called):
    assert list(named(sources(*rows))["called"]) == called


@pytest.fixture
def twins(tiny):
    """The small folder, all of whose sources have one publisher, and two of them one date."""
    for source_id in ("S1", "S2", "S3"):
        spoil(tiny, "sources", source_id, publisher="Northern Gazette")
    for source_id in ("S1", "S2"):
        spoil(tiny, "sources", source_id, published="2025-03", published_basis="stated")
    return tiny


def test_tables_and_numbers_keep_sources_of_one_publisher_apart(twins):
    net = network.network(loading.load(twins))
    head = [plain(column.label) for column in by_source(net).columns]
    assert len(set(head)) == len(head)
    short = abbreviations(net.pooled)
    assert len(set(short.values())) == len(short) == 3
    assert len(set(net.pooled.called.values())) == 3


def test_a_past_edition_tells_whose_word_is_whose(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder)
    for source_id in ("S1", "S2"):
        spoil(folder, "sources", source_id, publisher="Gazette")
    judgements = folder / "judgements.csv"
    judgements.write_text(judgements.read_text().splitlines()[0] + "\n")
    then = loading.load(folder, "2025-12-31")
    assert list(then.sources["source_id"]) == ["S1", "S2"]
    now = loading.load(folder).events.set_index("event_id")["summary"]
    retold = [
        event.summary
        for event in then.events.itertuples()
        if event.summary != now[event.event_id]
    ]
    called = tuple(f"{name}: " for name in named(then.sources)["called"])
    assert len(set(called)) == 2
    assert retold and all(each.startswith(called) for each in retold)
