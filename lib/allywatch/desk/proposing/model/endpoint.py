"""One endpoint that speaks the chat completions of OpenAI, asked within limits; its answers are kept by what was asked.

What goes to it are the messages, the schema and the key, and no header else; of what it answers in error nothing is read.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import openai

from allywatch.data.fingerprints import fingerprint
from allywatch.desk.proposing.model.instructions import Instructions
from allywatch.desk.proposing.model.settings import Settings
from allywatch.desk.proposing.proposers import NotAnswered
from briefmill.regular import file_bytes

if TYPE_CHECKING:
    from openai import OpenAI

#: Times that a request is repeated which was refused for the moment, each after a longer wait or the one asked for.
_RETRIES = 3
#: Characters that are taken for one token before the endpoint has counted.
CHARACTERS_OF_TOKEN = 3
_MOST_BYTES = 2_000_000
#: What may go along; by the last the client knows that it is to hand on an answer while it comes.
_HEADERS = {
    "accept",
    "connection",
    "content-length",
    "content-type",
    "host",
    "x-stainless-raw-response",
}
#: Refusals that may be of the way an answer is asked for, and not of the question.
_OTHER_WAY = (openai.BadRequestError, openai.UnprocessableEntityError)

Message = dict[str, str]


@dataclass
class Usage:
    """What a run has used: requests, tokens sent and answered, and answers that were kept from before."""

    requests: int = 0
    sent: int = 0
    answered: int = 0
    kept: int = 0


class Endpoint:
    """The endpoint of some settings; from the first question on, its time runs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.usage = Usage()
        self._until = 0.0
        self._way = 0

    def kept(self, messages: Sequence[Message], told: Instructions) -> str | None:
        """The answer that was given before to the same question; None where there is none."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(file_bytes(self._file(messages, told)))
            answer: str = kept["answer"]
            return answer
        return None

    def answer(self, messages: Sequence[Message], told: Instructions) -> str:
        """The answer to a question, from before or from the endpoint.

        Raises
        ------
        NotAnswered
            If a limit is reached, or the endpoint does not answer.
        """
        kept = self.kept(messages, told)
        if kept is not None:
            self.usage.kept += 1
            return kept
        self._within_tokens(messages)
        content = self._asked(messages, told)
        answer = self._read(content, messages)
        if self.settings.key and self.settings.key in answer:
            raise NotAnswered(
                f"{self.settings.host} answers with the key that it was given; nothing of it is taken."
            )
        return answer

    def keep(
        self, messages: Sequence[Message], told: Instructions, answer: str
    ) -> None:
        """Keep an answer for the next time the same is asked; where that cannot be written, it is asked again then."""
        file = self._file(messages, told)
        with suppress(OSError, UnicodeEncodeError):
            file.parent.mkdir(parents=True, exist_ok=True)
            half = file.with_suffix(".half")
            half.write_text(json.dumps({"answer": answer}), encoding="utf-8")
            half.replace(file)

    def _file(self, messages: Sequence[Message], told: Instructions) -> Path:
        asked = [self.settings.endpoint, self.settings.model, messages, told.schema]
        return self.settings.cache / f"{fingerprint(json.dumps(asked))}.json"

    def _within_tokens(self, messages: Sequence[Message]) -> None:
        used = self.usage.sent + self.usage.answered
        most = used + tokens_of(messages) + self.settings.tokens_for_answer
        if most > self.settings.tokens:
            raise NotAnswered(
                f"The limit of {self.settings.tokens} tokens is reached, after {used}. {_KEPT}"
            )

    def _left_s(self) -> float:
        """Seconds that are left of the run."""
        now = time.monotonic()
        self._until = self._until or now + self.settings.seconds
        left = self._until - now
        if left <= 0:
            raise NotAnswered(
                f"The limit of {self.settings.seconds} s is reached. {_KEPT}"
            )
        return left

    # What goes over the wire

    def _asked(self, messages: Sequence[Message], told: Instructions) -> bytes:
        """What the endpoint sends back to a question, asked in the first way that it takes."""
        ways = _ways(told, self.settings.tokens_for_answer)
        while True:
            try:
                return self._sent(messages, ways[self._way])
            except _OTHER_WAY as error:
                self._way += 1
                if self._way == len(ways):
                    self._way = 0
                    raise self._refused(error) from None
            except openai.APIStatusError as error:
                raise self._refused(error) from None
            except (openai.APITimeoutError, httpx2.TimeoutException):
                seconds = self.settings.seconds_for_answer
                raise NotAnswered(
                    f"{self.settings.host} did not answer within {seconds} s. {_KEPT}"
                ) from None
            except (openai.OpenAIError, httpx2.HTTPError):
                raise NotAnswered(
                    f"{self.settings.host} cannot be reached, or breaks off. {_KEPT}"
                ) from None

    def _sent(self, messages: Sequence[Message], way: dict[str, Any]) -> bytes:
        patience = min(self._left_s(), self.settings.seconds_for_answer)
        with self._client(patience) as client:
            create: Any = client.chat.completions.with_streaming_response.create
            self.usage.requests += 1
            with create(model=self.settings.model, messages=messages, **way) as coming:
                return self._received(coming)

    def _received(self, coming: Any) -> bytes:
        """The bytes of an answer while they come, as long as there is time, and so many as an answer may have."""
        content = b""
        until = time.monotonic() + self.settings.seconds_for_answer
        for more in coming.iter_bytes():
            content += more
            self._left_s()
            if time.monotonic() > until:
                raise httpx2.ReadTimeout("slow")
            if len(content) > _MOST_BYTES:
                raise NotAnswered(
                    f"{self.settings.host} answers more than {_MOST_BYTES} bytes. {_KEPT}"
                )
        return content

    def _client(self, patience: float) -> OpenAI:
        def before(request: httpx2.Request) -> None:
            # The client adds what it knows of this machine, and what stands in the environment.
            for name in set(request.headers) - _HEADERS:
                del request.headers[name]
            request.headers["user-agent"] = "allywatch"
            if self.settings.key:
                request.headers["authorization"] = f"Bearer {self.settings.key}"

        def after(response: httpx2.Response) -> None:
            if not response.is_success:
                response.close()

        http = openai.DefaultHttpxClient(
            follow_redirects=False,  # it would send the document somewhere else
            timeout=patience,
            event_hooks={"request": [before], "response": [after]},
        )
        return openai.OpenAI(
            api_key="in the header",
            base_url=self.settings.endpoint,
            timeout=patience,
            max_retries=_RETRIES,
            http_client=http,
        )

    def _refused(self, error: openai.APIStatusError) -> NotAnswered:
        status = error.status_code
        why = {
            401: "refuses the key, or wants one",
            403: "refuses the key, or wants one",
            404: "has no such model, or is no such endpoint",
            429: "asks to wait longer than we do",
        }.get(status, "refuses")
        return NotAnswered(f"{self.settings.host} {why} (status {status}). {_KEPT}")

    def _read(self, content: bytes, messages: Sequence[Message]) -> str:
        """The words of an answer, "" where it has none; what it used is noted."""
        try:
            whole = json.loads(content)
            answer = whole["choices"][0]["message"]["content"]
        except (ValueError, RecursionError, KeyError, IndexError, TypeError):
            whole = {}
            answer = ""
        answer = answer if isinstance(answer, str) else ""
        counted = whole.get("usage") if isinstance(whole, dict) else None
        counted = counted if isinstance(counted, dict) else {}
        guess = tokens_of(messages)
        self.usage.sent += _count(counted.get("prompt_tokens"), guess)
        guess = math.ceil(len(answer) / CHARACTERS_OF_TOKEN)
        self.usage.answered += _count(counted.get("completion_tokens"), guess)
        return answer


_KEPT = "Nothing was changed; what was answered before is kept and is not asked again."


def _ways(told: Instructions, tokens: int) -> list[dict[str, Any]]:
    """The ways to ask for an answer, the strictest first; what an endpoint does not know it refuses."""
    schema = {"name": "claims", "strict": True, "schema": told.schema}
    shape = {"type": "json_schema", "json_schema": schema}
    return [
        {"response_format": shape, "max_completion_tokens": tokens},
        {"response_format": shape, "max_tokens": tokens},
        {"response_format": {"type": "json_object"}, "max_tokens": tokens},
        {"max_tokens": tokens},
    ]


def tokens_of(messages: Sequence[Message]) -> int:
    """About how many tokens messages have."""
    letters = sum(len(each["content"]) for each in messages)
    return math.ceil(letters / CHARACTERS_OF_TOKEN)


def _count(number: object, guess: int) -> int:
    """What an endpoint counted, where that is a count; else the guess."""
    is_count = isinstance(number, int) and not isinstance(number, bool)
    return number if is_count and 0 <= number < 10**9 else guess  # type: ignore[return-value,operator]
