"""The frame around a briefing: title block and method box."""

from __future__ import annotations

from allywatch import dates, evidence, scoring
from allywatch.evidence import Dossier
from allywatch.exhibits import Exhibit, nothing, text
from allywatch.scoring import Verdict
from allywatch.wording.grammar import capital, counted, day, joined, number, signed, verb
from allywatch.wording.judgements import filed

CHOSEN = "a choice of the evidence"


def masthead(file: Dossier) -> Exhibit:
    """The title block: partner, focal power, as of, evidence cut-off, corpus."""
    as_of, power = file.dataset.as_of, file.power["name"]
    newest, _ = evidence.cut_off(file.dataset)
    known = day_of_edition(file)
    facts = [
        ["Focal power", power],
        ["As of", known],
        *([["Chosen", file.dataset.choice]] if file.dataset.choice else []),
        ["Evidence cut-off", _cut_off(file)],
        ["Corpus", _corpus(file)],
    ]
    kind = "territory briefing" if file.partner["parent_id"] else "country briefing"
    if file.partner["parent_id"]:
        facts.insert(0, ["Part of", file.actors[file.partner["parent_id"]]])
    title = f"{file.name} and {power}: {kind}"
    block = {
        "kind": "masthead",
        "kicker": f"{capital(kind)} · {f'from {CHOSEN}' if file.dataset.choice else f'ties with {power}'}",
        "title": file.name,
        "facts": facts,
        "document_title": title,
        "description": f"Evidence on {file.name}’s tie with {power}, {known}, every marked sentence traced to its passages.",
        "keywords": [file.name, power, "alliances", "evidence"],
        "language": file.dataset.rules["language"],
        "footer": f"allywatch · focal power {power} · {'as of ' + known if as_of else known}",
        "short": file.name,
        "date": as_of.isoformat() if as_of else newest.date().isoformat() if newest is not None else None,
    }
    return Exhibit(block)


def day_of_edition(file: Dossier) -> str:
    """The as-of day, or that all evidence is in; and where it was chosen from, that it was."""
    as_of, chosen = file.dataset.as_of, file.dataset.choice
    if not as_of:
        return f"{CHOSEN} in hand" if chosen else "all evidence in hand"
    return f"{day(as_of)}, {CHOSEN}" if chosen else day(as_of)


def one_thesis(file: Dossier) -> str:
    """How many of the admitted sources argue one thesis, and which."""
    stances, thesis = file.sources["stance"], file.dataset.rules["thesis"]
    own = int(stances.eq(thesis["stance"]).sum())
    argue = f"{capital(_of(own, len(stances), 'admitted source'))} {verb(own, 'argues', 'argue')} one thesis"
    return f"{argue}: that {thesis['words']}. Claims with a direction that say closer or holding:"


def _of(some: int, every: int, what: str) -> str:
    """How many of how many, as one says it: both sources, two of five sources, none of them."""
    if some < every:
        return f"{number(some) if some else 'none'} of {counted(every, what)}"
    return {1: f"the one {what}", 2: f"both {what}s"}.get(every, f"all {counted(every, what)}")


def _cut_off(file: Dossier) -> str:
    last, inferred = evidence.cut_off(file.dataset)
    if last is None:
        return "no dated source"
    newest = file.dataset.sources.loc[file.dataset.sources["published_latest"] == last].iloc[0]
    basis = ", date inferred" if inferred else ""
    return f"{capital(dates.spoken(newest['published']))} (newest source{basis})"


def _corpus(file: Dossier) -> str:
    cited, admitted = int(file.sources["cited"].sum()), len(file.sources)
    return f"{_of(cited, admitted, 'source')} {verb(cited, 'bears', 'bear')} on this tie"


def method(file: Dossier, verdict: Verdict) -> Exhibit:
    """How the numbers come about, with the sensitivity rows that never decide anything."""
    gate = verdict.gate
    if not gate.met:
        return nothing("the page says beside the empty gate why it prints no number")
    paragraphs = [
        "One event is one happening or standing condition. A forecast, a denial, context, and what is graded improbable or "
        "cannot be judged are shown, never scored.",
        "Balance = (closer − away) ÷ (closer + away), each event counting one. "
        f"Under {number(gate.min_events)} scored events, or under {number(gate.min_lineages)} independent lineages, no number is printed.",
        " ".join(_limits(file, verdict)),
        _sensitivity(file, verdict),
        _written(file),
    ]
    items = [{"label": "", "runs": [text(words)]} for words in paragraphs if words]
    return Exhibit(
        {"kind": "prose", "title": "", "subtitle": "", "style": "small", "items": items, "note": []}
    )


def _written(file: Dossier) -> str:
    """What a judgement on this page is; nothing where there is none."""
    own = len(filed(file))
    return (
        "A judgement is an analyst’s, written from the marked rows; under review: these have changed since."
        if own
        else ""
    )


def _limits(file: Dossier, verdict: Verdict) -> list[str]:
    said = []
    for rule in file.dataset.rules["direction_words"]:
        if rule["key"] == verdict.direction and "max_balance" in rule:
            said.append(f"{capital(rule['word'])} means {signed(rule['max_balance'])} or below.")
        elif rule["key"] == verdict.direction and "min_balance" in rule:
            said.append(f"{capital(rule['word'])} means {signed(rule['min_balance'])} or above.")
        elif rule["key"] == verdict.direction == "contested":
            said.append(f"{capital(rule['word'])} means any balance between the limits for away and closer.")
    names = joined([file.called[source] for source in verdict.overturned_by], "or without")
    said.append(
        "The verdict holds whichever one source is left out."
        if verdict.holds
        else f"The verdict falls without {names}."
    )
    return said


def _sensitivity(file: Dossier, verdict: Verdict) -> str:
    rows = (
        scoring.sensitivity(file.in_play, file.dataset.event_types).set_index("weights")["balance"].dropna()
    )
    labels = {weight["key"]: weight["label"] for weight in file.dataset.rules["weights"]}
    others = [
        f"{labels[name].lower().replace('goldstein', 'Goldstein')} {signed(value)}"
        for name, value in rows.items()
        if name != "unit"
    ]
    return f"Sensitivity, never the verdict: {joined(others)}."
