"""Which model is asked, where, and within what limits: a TOML file of the person who asks."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, ValidationError
from platformdirs import user_cache_path

from allywatch.data.contract import visible
from allywatch.desk.proposing.proposers import UnknownProposer
from briefmill.regular import file_bytes

_MOST_NAME = 60


@dataclass(frozen=True)
class Price:
    """What a million tokens cost, sent and answered."""

    sent: float
    answered: float
    currency: str


@dataclass(frozen=True)
class Settings:
    """What the file says, with what holds where it says nothing.

    Attributes
    ----------
    endpoint
        The address before `/chat/completions`.
    key_from
        The environment variable that holds the key; "" where the endpoint wants none.
    seconds, tokens
        Most that a whole run may take, and may send and get.
    seconds_for_answer, tokens_for_answer
        The same for one answer.
    twice
        Whether each part is asked about again with the codes in another order, and only what does not change is taken.
    cache
        The folder in which answers are kept.
    """

    endpoint: str
    model: str
    key_from: str = ""
    seconds: int = 600
    seconds_for_answer: int = 120
    tokens: int = 200_000
    tokens_for_answer: int = 8_000
    twice: bool = True
    price: Price | None = None
    cache: Path = user_cache_path("allywatch") / "answers"

    @property
    def host(self) -> str:
        """The machine that is asked, with its port."""
        return urlsplit(self.endpoint).netloc

    @property
    def key(self) -> str:
        """The key, from the environment; "" where none is wanted."""
        return os.environ.get(self.key_from, "") if self.key_from else ""

    def cost(self, sent: int, answered: int) -> str:
        """What so many tokens cost, in words; "" where no price is stated."""
        if self.price is None:
            return ""
        cost = (sent * self.price.sent + answered * self.price.answered) / 1e6
        return f"{cost:.4f} {self.price.currency}"


def _of(kind: str, words: str, least: int | None = None) -> dict[str, Any]:
    limit = {} if least is None else {"minimum": least}
    return {"type": kind, "description": words, **limit}


_TEXT = _of("string", "text")
_ABOVE_0 = _of("integer", "a whole number above 0", 1)
_FROM_0 = _of("number", "a number from 0 up", 0)
_PRICE = {"sent": _FROM_0, "answered": _FROM_0, "currency": _TEXT}
_SHAPE = {
    "properties": {
        "endpoint": _TEXT,
        "model": _TEXT,
        "key_from": _TEXT,
        "seconds": _ABOVE_0,
        "seconds_for_answer": _ABOVE_0,
        "tokens": _ABOVE_0,
        "tokens_for_answer": _ABOVE_0,
        "twice": _of("boolean", "true or false"),
        "cache": _TEXT,
        "price": _of("object", "a table")
        | {
            "properties": _PRICE,
            "required": list(_PRICE),
            "additionalProperties": False,
        },
    },
    "required": ["endpoint", "model"],
    "additionalProperties": False,
}


def read_settings(file: Path) -> Settings:
    """The settings in a TOML file.

    Raises
    ------
    UnknownProposer
        If it cannot be read, has a key or a value that it should not have, or the key is not in the environment.
    """
    try:
        values = tomllib.loads(file_bytes(file).decode("utf-8"))
    except OSError as error:
        rule = f"must be readable ({error.strerror or error})"
        raise _refused(file, rule) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise _refused(file, "must be TOML in UTF-8") from None
    for misfit in Draft202012Validator(_SHAPE).iter_errors(values):
        raise _refused(file, _rule(misfit))
    if "price" in values:
        values["price"] = Price(**values["price"])
    if "cache" in values:
        values["cache"] = (file.parent / Path(values["cache"]).expanduser()).absolute()
    settings = Settings(**values)
    _refuse_unsafe(file, settings)
    return settings


def _rule(misfit: ValidationError) -> str:
    """What must be, without the value that is not: somebody may have written the key itself there."""
    place = ".".join(map(str, misfit.absolute_path))
    schema: Any = misfit.schema
    if misfit.validator == "required":
        return f"must have {', '.join(schema['required'])} {place}".strip()
    if misfit.validator == "additionalProperties":
        known = ", ".join(schema["properties"])
        return f"must have no other keys than {known}"
    return f"{place} must be {schema['description']}"


def _refuse_unsafe(file: Path, settings: Settings) -> None:
    try:
        address = urlsplit(settings.endpoint)
        host = address.hostname or ""
        is_port = address.port is None or address.port > 0
    except ValueError:
        raise _refused(file, "endpoint must be an address") from None
    if address.scheme not in ("http", "https") or not host or not is_port:
        raise _refused(file, "endpoint must be an address that begins with https://")
    if address.username or address.password or address.query or address.fragment:
        raise _refused(file, "endpoint must be an address and nothing else")
    if not settings.model.isprintable() or not 0 < len(settings.model) <= _MOST_NAME:
        raise _refused(file, f"model must be a name of at most {_MOST_NAME} letters")
    if settings.key_from and not settings.key:
        raise _refused(
            file, "key_from must be the name of a variable that is set and not empty"
        )
    if settings.key and address.scheme == "http" and not _is_here(host):
        raise _refused(
            file, "endpoint must begin with https:// where a key goes with it"
        )


def _is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refused(file: Path, rule: str) -> UnknownProposer:
    hint = "docs/proposing.md has an example"
    return UnknownProposer(visible(f"{file}: {rule} → {hint}"))
