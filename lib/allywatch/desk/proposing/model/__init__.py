"""The proposer *model*: a language model of one's choice, at an endpoint of one's choice, held to the codebook.

What it answers is material like the document: an entry is taken only where its quoted words stand in the document and
every code is the codebook's. Models are good assistants and poor coders by themselves, unfaithful to a codebook whose
labels change (Halterman and Keith, Codebook LLMs); so each part is asked about twice, the codes in another order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from allywatch.data.dataset import Dataset
from allywatch.desk.proposing import rules
from allywatch.desk.proposing.actors import gazetteer
from allywatch.desk.proposing.dating import found_dates
from allywatch.desk.proposing.document import Document
from allywatch.desk.proposing.figures import figure
from allywatch.desk.proposing.model.answers import (
    Taken,
    Unusable,
    agreed,
    entries,
    taken,
    with_nothing,
)
from allywatch.desk.proposing.model.endpoint import Endpoint, Message, tokens_of
from allywatch.desk.proposing.model.instructions import (
    Instructions,
    Part,
    instructions,
    parts,
)
from allywatch.desk.proposing.model.settings import read_settings
from allywatch.desk.proposing.proposal import Proposal
from allywatch.desk.proposing.proposers import Announcement, NotAnswered
from allywatch.desk.proposing.roles import names_of
from allywatch.desk.proposing.speech import speech


class Model:
    """A model by its settings, and an account of what it was asked and what was refused."""

    def __init__(self, file: Path) -> None:
        self.settings = read_settings(file)
        self.endpoint = Endpoint(self.settings)
        self.refused: Counter[str] = Counter()
        self.unread = 0

    @property
    def version(self) -> str:
        """The model, as it stands beside a proposal."""
        return self.settings.model

    def announcement(self, documents: Sequence[Document]) -> Announcement:
        """What of these documents would go where, and what it would cost."""
        settings = self.settings
        questions = [
            (document, messages)
            for document in documents
            for part in parts(document)
            for messages, told in self._questions(document, part)
            if self.endpoint.kept(messages, told) is None
        ]
        sent = sum(tokens_of(messages) for _, messages in questions)
        answered = len(questions) * settings.tokens_for_answer
        key = f"with the key in {settings.key_from}" if settings.key_from else "no key"
        lines = [f"{settings.model} at {settings.host} ({settings.endpoint}), {key}:"]
        for document in documents:
            letters = [
                sum(len(each["content"]) for each in messages)
                for owner, messages in questions
                if owner is document
            ]
            lines.append(
                f"  {document.source['source_id']}: {document.source['file']}, {len(document.text)} characters, and the "
                f"codebook; {sum(letters)} characters in {len(letters)} questions"
            )
        cost = settings.cost(sent, answered)
        lines.append(
            f"  about {sent} tokens sent, at most {answered} answered"
            + (f"; at most about {cost}" if cost else "; no price is stated")
        )
        lines.append(
            f"  limits of the run: {settings.tokens} tokens, {settings.seconds} s"
        )
        return Announcement(lines, len(questions))

    def propose(self, document: Document) -> list[Proposal]:
        """A claim, or nothing to code, for every sentence of the parts whose answers can be used.

        Raises
        ------
        NotAnswered
            If the endpoint does not answer, or nothing of what it answers can be used.
        """
        found: list[Proposal] = []
        is_usable = False
        before = self.refused.copy()
        for part in parts(document):
            try:
                kept = self._taken(document, part)
            except Unusable as error:
                self.refused[str(error)] += 1
                self.unread += len(part.sentences)
                continue
            is_usable = True
            self.refused += kept.refused
            found += with_nothing(kept, part)
        if not is_usable:
            why = "; ".join(_counted(self.refused - before)) or "it has no sentence"
            raise NotAnswered(
                f"Nothing can be used for {document.source['source_id']}: {why}. Nothing was changed."
            )
        return _filled_in(document, found)

    def account(self) -> list[str]:
        """What was asked and what it cost, and what was refused and why."""
        usage = self.endpoint.usage
        cost = self.settings.cost(usage.sent, usage.answered)
        lines = [
            f"{self.settings.host}: {usage.requests} requests, {usage.sent} tokens sent, {usage.answered} answered"
            + (f", {cost}" if cost else "")
            + f"; {usage.kept} answers were there from before."
        ]
        if self.unread:
            lines.append(f"{self.unread} sentences have no proposal.")
        if self.refused:
            lines.append(f"Refused, {self.refused.total()} in all:")
            lines += [f"  {each}" for each in _counted(self.refused)]
        return lines

    def _taken(self, document: Document, part: Part) -> Taken:
        """What is taken of the answers about one part."""
        taken_of = []
        for messages, told in self._questions(document, part):
            answer = self.endpoint.answer(messages, told)
            found = entries(answer)
            self.endpoint.keep(messages, told, answer)
            taken_of.append(taken(found, told, document, part))
        if not self.settings.twice:
            return taken_of[0]
        first, second = taken_of
        return agreed(first, second, document)

    def _questions(
        self, document: Document, part: Part
    ) -> Iterator[tuple[list[Message], Instructions]]:
        """What is asked about one part, with the instructions it is asked by."""
        for backwards in (False, True)[: 1 + self.settings.twice]:
            told = instructions(document.dataset, backwards)
            yield told.messages(document, part), told


def _counted(refused: Counter[str]) -> list[str]:
    """Reasons with their counts, the most frequent first."""
    ranked = sorted(refused.items(), key=lambda item: (-item[1], item[0]))
    return [f"{count} × {reason}" for reason, count in ranked]


def _filled_in(document: Document, found: Sequence[Proposal]) -> list[Proposal]:
    """Proposals with what *rules* read in their passages: who is merely named, whose word, which figure, which event."""
    names = gazetteer(document.dataset, document.published)
    events = rules.Events(document)
    filled = []
    for proposal in found:
        if proposal.is_claim:
            text = document.text[proposal.start : proposal.end]
            mentions = names.mentions(text)
            cast = {*proposal.partners, *proposal.counterparts, names.focal_power}
            at = speech(text, mentions, names.focal_power).at
            value, unit = figure(text, found_dates(text, document.published))
            start = proposal.start
            proposal = replace(
                proposal,
                named=tuple(each for each in names_of(mentions) if each not in cast),
                attributed_at=(start + at[0], start + at[1]) if at else None,
                value=value,
                unit=unit,
                events=tuple(events.near(text, proposal.partners)),
            )
        filled.append(proposal)
    return filled
