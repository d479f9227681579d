"""A document by its address, from a server on this machine: as robots.txt allows, within limits, and never needed."""

import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import papers
import pytest
from test_curating import contents, rows

from allywatch.cli import main
from allywatch.desk.documents import fetching

ROBOTS = b"User-agent: *\nDisallow: /private\n"


class Site(BaseHTTPRequestHandler):
    """Pages that answer well, badly, slowly, without end, or lead elsewhere."""

    robots = (200, ROBOTS)

    def do_GET(self):
        if self.path == "/robots.txt":
            self.answer(*self.robots, "text/plain")
        elif self.path in ("/orsa", "/private"):
            self.answer(200, papers.page(papers.STATED), "text/html")
        elif self.path == "/cyrillic":
            page = papers.page(body="<p>Он отказался.</p>").replace(b"utf-8", b"")
            text = page.decode().replace("\u00ad", "").encode("cp1251", "ignore")
            self.answer(200, text, "text/html; charset=windows-1251")
        elif self.path == "/paper":
            self.answer(200, papers.two_columns(), "application/octet-stream")
        elif self.path == "/gone":
            self.answer(404, b"Not there", "text/plain")
        elif self.path == "/endless":
            self.begin(200, "text/html")
            while True:
                self.wfile.write(b"x" * 65536)
        elif self.path == "/slow":
            self.begin(200, "text/html")
            while True:
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        else:
            self.send_response(302)
            goal = {
                "/moved": "/orsa",
                "/inside": "/private",
                "/file": "file:///etc/hosts",
            }
            self.send_header("Location", goal.get(self.path, "/loop"))
            self.end_headers()

    def begin(self, status, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def answer(self, status, content, kind):
        self.begin(status, kind)
        self.wfile.write(content)

    def log_message(self, *_):
        pass

    def handle(self):
        with suppress(ConnectionError):  # whoever asked has gone
            super().handle()


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(Site, "robots", (200, ROBOTS))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def add(folder, address):
    return main(["source", "add", address, "--stance", "mixed", "--data", str(folder)])


@pytest.mark.parametrize("path", ["/orsa", "/moved"])
def test_a_page_becomes_a_source(velmora, site, path):
    assert add(velmora, site + path) == 0
    row = rows(velmora, "sources")[-1]
    assert row["title"] == "The shipyard at Orsa"
    assert (row["published"], row["published_basis"]) == ("2025-03-09", "stated")
    assert f"Address: {site}/orsa" in row["note"]
    text = (velmora / "documents" / row["file"]).read_text(encoding="utf-8")
    assert papers.SENTENCES[3] in text
    assert row["file"] == "orsa.txt"


def test_a_paper_is_known_by_its_content(site):
    page = fetching.fetched(f"{site}/paper")
    assert page.content.startswith(b"%PDF")


@pytest.mark.slow
def test_the_letters_that_a_server_states_are_read(velmora, site):
    assert add(velmora, f"{site}/cyrillic") == 0
    assert "Он отказался." in (velmora / "documents" / "cyrillic.txt").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/private", "asks programs not to fetch"),
        ("/inside", "asks programs not to fetch"),
        ("/gone", "answers 404"),
        ("/endless", "is larger than"),
        ("/slow", "takes too long"),
        ("/loop", "leads on more than 5 times"),
        ("/file", "leads to no address of http or https"),
    ],
)
def test_what_cannot_be_had_is_said_and_nothing_changes(
    velmora, site, capsys, monkeypatch, path, says
):
    monkeypatch.setattr(fetching, "MOST_BYTES", 300_000)
    monkeypatch.setattr(fetching, "LONGEST_S", 3 if path != "/slow" else 0.5)
    before = contents(velmora)
    assert add(velmora, site + path) == 2
    said = capsys.readouterr().err
    assert says in said or (path == "/slow" and "was not there within" in said)
    assert contents(velmora) == before


def test_a_server_in_trouble_is_left_alone(velmora, site, capsys, monkeypatch):
    monkeypatch.setattr(Site, "robots", (503, b""))
    assert add(velmora, f"{site}/orsa") == 2
    assert "robots.txt cannot be read now" in capsys.readouterr().err


@pytest.mark.slow
def test_no_robots_txt_allows_all(velmora, site, monkeypatch):
    monkeypatch.setattr(Site, "robots", (404, b""))
    assert add(velmora, f"{site}/private") == 0


def test_without_a_network_a_person_is_told_what_to_do(velmora, capsys, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    assert add(velmora, "http://127.0.0.1:9/page") == 2
    assert "save it from a browser and add the file" in capsys.readouterr().err
