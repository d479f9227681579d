"""A document fetched from the network, at the wish of the person who names its address."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.robotparser import RobotFileParser

from allywatch.desk.documents.extract import DocumentError

if TYPE_CHECKING:
    from requests import Response, Session

#: Seconds to wait for a connection, and for the next bytes; and for all of a document.
PATIENCE_S = 10
LONGEST_S = 60
MOST_BYTES = 30_000_000
_MOST_REDIRECTS = 5
_MOST_OF_ROBOTS = 500_000
#: By this name robots.txt may ask us to stay away.
_AGENT = "allywatch"


@dataclass(frozen=True)
class Fetched:
    """The content of a document, its `name` after its address, and the `url` it came from in the end."""

    content: bytes
    name: str
    url: str


def is_address(document: str) -> bool:
    """Whether `document` names something on the network, and no file."""
    return document.lower().startswith(("http://", "https://"))


def fetched(url: str) -> Fetched:
    """The document at `url`, as robots.txt allows.

    Raises
    ------
    DocumentError
        If there is no network, the server does not answer in time or refuses, robots.txt asks us to stay away,
        or it is too large.
    """
    outcome: list[Fetched | DocumentError] = []

    def fetch() -> None:
        try:
            outcome.append(_fetched(url))
        except DocumentError as error:
            outcome.append(error)

    # A server that sends a byte now and then keeps no read waiting long enough.
    worker = threading.Thread(target=fetch, daemon=True)
    worker.start()
    worker.join(LONGEST_S)
    if not outcome:
        raise DocumentError(f"{url} was not there within {LONGEST_S} s; {_BY_HAND}")
    if isinstance(outcome[0], DocumentError):
        raise outcome[0]
    return outcome[0]


_BY_HAND = "save it from a browser and add the file"


def _fetched(url: str) -> Fetched:
    import requests

    until = time.monotonic() + LONGEST_S
    try:
        with requests.Session() as session:
            session.headers["User-Agent"] = f"{_AGENT}/1.0"
            session.max_redirects = _MOST_REDIRECTS
            with _allowed(session, url) as response:
                if response.status_code >= 400:
                    raise DocumentError(
                        f"{url} answers {response.status_code} {response.reason}; {_BY_HAND}"
                    )
                content = _content(response, until, MOST_BYTES)
                return Fetched(
                    _in_utf8(response, content), _name(response.url), response.url
                )
    except DocumentError:
        raise
    except requests.TooManyRedirects:
        raise DocumentError(
            f"{url} leads on more than {_MOST_REDIRECTS} times"
        ) from None
    except (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL):
        raise DocumentError(f"{url} leads to no address of http or https") from None
    except (requests.RequestException, OSError, ValueError) as error:
        kind = type(error).__name__
        raise DocumentError(f"{url} cannot be fetched ({kind}); {_BY_HAND}") from None


def _allowed(session: Session, url: str) -> Response:
    """The answer at `url`; each address that it leads through is one that robots.txt allows."""
    import requests

    for _ in range(_MOST_REDIRECTS + 1):
        _refuse_disallowed(session, url)
        response = session.get(
            url, timeout=PATIENCE_S, stream=True, allow_redirects=False
        )
        if response.next is None:
            return response
        response.close()
        url = response.next.url or ""
    raise requests.TooManyRedirects


def _refuse_disallowed(session: Session, url: str) -> None:
    """Raise DocumentError where robots.txt of its server disallows `url`.

    No robots.txt allows all, a server in trouble nothing (RFC 9309).
    """
    parts = urlsplit(url)
    robots = f"{parts.scheme}://{parts.netloc}/robots.txt"
    until = time.monotonic() + PATIENCE_S
    with session.get(robots, timeout=PATIENCE_S, stream=True) as response:
        if response.status_code >= 500:
            raise DocumentError(f"{robots} cannot be read now; {_BY_HAND}")
        if response.status_code >= 400:
            return
        text = _content(response, until, _MOST_OF_ROBOTS).decode("utf-8", "replace")
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    if not rules.can_fetch(_AGENT, url):
        raise DocumentError(f"{robots} asks programs not to fetch {url}; {_BY_HAND}")


def _content(response: Response, until: float, most: int) -> bytes:
    """The content of an answer; DocumentError where it is too large, or too slow."""
    content = bytearray()
    for chunk in response.iter_content(16_384):
        content += chunk
        if len(content) > most:
            raise DocumentError(f"{response.url} is larger than {most:,} bytes")
        if time.monotonic() > until:
            raise DocumentError(f"{response.url} takes too long; {_BY_HAND}")
    return bytes(content)


def _in_utf8(response: Response, content: bytes) -> bytes:
    """The content; in UTF-8 where the server says what it is in."""
    kind = response.headers.get("Content-Type", "").lower()
    if not (kind.startswith("text/") and "charset=" in kind and response.encoding):
        return content
    try:
        return content.decode(response.encoding).encode()
    except (LookupError, UnicodeDecodeError):
        return content


def _name(url: str) -> str:
    """A name for the document at `url`: the last part of its path, or its host."""
    parts = urlsplit(url)
    last = unquote(parts.path).rstrip("/").rpartition("/")[2]
    return last or parts.hostname or "page"
