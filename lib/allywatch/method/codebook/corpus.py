"""What the corpus is: title block, sizes, sources and grades, slant and limits, and the rows themselves."""

from __future__ import annotations

import pandas as pd

from allywatch.data import dates
from allywatch.data.dataset import Dataset
from allywatch.desk import suggesting
from allywatch.evidence import dossiers, rules, snapshots
from allywatch.method.codebook.examples import Examples
from allywatch.method.codebook.rows import worded
from allywatch.page import attached
from allywatch.page.wording import counted, percent
from allywatch.page.wording.apparatus import title_block
from allywatch.page.wording.blocks import figures, prose
from allywatch.page.wording.grammar import capital, remark
from allywatch.page.wording.sections import SINCE, Left
from allywatch.page.wording.since import told_of_material
from briefmill.exhibits import Exhibit, nothing, part, text
from briefmill.grids import row, table


def masthead(dataset: Dataset) -> Exhibit:
    """The title block."""
    power = dataset.partners.set_index("partner_id").at[
        dataset.rules["focal_power"], "name"
    ]
    corpus = f"{counted(len(dataset.sources), 'source')}, {len(dataset.claims)} claims, {len(dataset.events)} events"
    return title_block(
        *(dataset, power, corpus),
        kicker=f"How it is done · ties with {power}",
        title="Methodology",
        document_title=f"Methodology: evidence on ties with {power}",
        description=f"Codebook, rules, worked examples, reliability and limits of the briefings on ties with {power}.",
        keywords=["methodology", "codebook", "reliability", power],
        short="Methodology",
    )


def key_figures(dataset: Dataset, shown: Examples) -> Exhibit:
    """How much there is, from documents to verdicts."""
    standing = dossiers.corroboration(dataset)
    passed = sum(verdict.gate.met for _, verdict in shown.judged)
    scored = standing[standing["scored"]]
    lineages = dataset.sources["lineage"].nunique()
    rest = f"{len(scored)} scored, {int(standing['held'].sum())} held, the rest context"
    firm = f"{int(scored['corroborated'].sum())} of {len(scored)}"
    told = [
        ("Sources", str(len(dataset.sources)), f"from {counted(lineages, 'lineage')}"),
        ("Claims", str(len(dataset.claims)), "each with the place of its passage"),
        ("Events", str(len(dataset.events)), rest),
        ("Corroborated", firm, "scored events with two lineages or more"),
        (
            "Verdicts",
            f"{passed} of {len(shown.judged)}",
            "partners pass the evidence gate",
        ),
    ]
    return figures(told)


@part("changes")
def changes(dataset: Dataset, last: Left = None) -> Exhibit:
    """What of the material and the rules is not as in the edition before; nothing without one."""
    now = snapshots.material(dataset)
    before = snapshots.baseline(last or {}, now)
    if before is None:
        told = nothing("there is no earlier edition that rested on other material")
    else:
        told = prose(
            "plain",
            [("", remark(" ".join(told_of_material(before, now))))],
            subtitle=SINCE,
        )
    return Exhibit(told.block | {"snapshot": now, "baseline": before})


def one_event(dataset: Dataset) -> Exhibit:
    """The scored event with the most lineages, then claims, with every claim that supports it."""
    if dataset.events.empty:
        return nothing("no event is admitted")
    told = rules.supporting_claims(dataset)
    standing = dossiers.corroboration(dataset).sort_values(
        ["scored", "n_lineages", "n_claims", "event_id"],
        ascending=[False, False, False, True],
    )
    event = dataset.events.set_index("event_id").loc[standing["event_id"].iloc[0]]
    claims = told[told["event_id"] == event.name].sort_values(["source_id", "start"])
    put = dataset.labels("claims", "modality")
    rows = []
    for claim in claims.itertuples():
        graded = f"{claim.source_id} {claim.reliability}{claim.credibility}"
        place = f"{claim.start}–{claim.end}"
        said = (
            claim.statement,
            put[claim.modality].lower(),
            dates.format_edtf(claim.date),
        )
        rows.append(row(text(claim.claim_id, "strong"), graded, place, *said))
    columns = [
        *(("Claim", "13mm"), ("Source, grade", "20mm"), ("Characters", "21mm")),
        *(
            ("What the passage asserts", "1fr"),
            ("How it is put", "19mm"),
            ("Date in the claim", "32mm"),
        ),
    ]
    coded = ("channel", "dimension", "direction")
    channel, dimension, way = (
        dataset.labels("events", name)[event[name]].lower() for name in coded
    )
    note = (
        f"{counted(len(claims), 'claim')} from {counted(claims['source_id'].nunique(), 'source')} and "
        f"{counted(claims['lineage'].nunique(), 'lineage')}. The event is coded once: channel {channel}, dimension "
        f"{dimension}, direction {way}; it happened or held: {dates.format_edtf(event['date'])}."
    )
    return table(
        claims, columns, rows, capital(note), f"{event.name}: {event['headline']}"
    )


def sources(dataset: Dataset) -> Exhibit:
    """The sources, each with its grade and the reasons for it."""
    many = dataset.claims["source_id"].value_counts()
    kinds = dataset.labels("sources", "doc_type")
    rows = []
    for source in dossiers.named(dataset.sources).itertuples():
        when = dates.format_edtf(source.published)
        basis = (
            ""
            if source.published_basis in ("stated", "undated")
            else f"\n{source.published_basis}"
        )
        what = [
            text(source.called, "strong"),
            text(f"\n{source.title}; {kinds[source.doc_type].lower()}"),
        ]
        shown = (source.lineage, source.reliability, str(many.get(source.source_id, 0)))
        rows.append(
            row(
                text(source.source_id, "strong"),
                what,
                when + basis,
                *shown,
                worded(source.note),
            )
        )
    columns = [
        *(("", "7mm"), ("Source", "36mm"), ("Published", "27mm"), ("Lineage", "23mm")),
        *(("Grade", "10mm"), (">Claims", "11mm"), ("Reasons", "1fr")),
    ]
    return table(dataset.sources, columns, rows)


def grades(dataset: Dataset) -> Exhibit:
    """Source grades against claim grades, with the share on the diagonal."""
    graded = dataset.claims.merge(
        dataset.sources[["source_id", "reliability"]], on="source_id"
    )
    letters, numbers = (
        dataset.labels("sources", "reliability"),
        dataset.labels("claims", "credibility"),
    )
    counts = pd.crosstab(graded["reliability"], graded["credibility"]).reindex(
        index=list(letters), columns=list(numbers), fill_value=0
    )
    diagonal = dict(zip(letters, numbers, strict=False))
    rows = []
    for letter, cells in counts[counts.any(axis=1)].iterrows():
        bold = {diagonal.get(letter): "strong"}
        shown = (
            text(str(count or "·"), bold.get(grade, ""))
            for grade, count in cells.items()
        )
        rows.append(
            row([text(letter, "strong"), text(f" {letters[letter].lower()}")], *shown)
        )
    columns = [("Source", "1fr")]
    columns += [
        (f">{grade} {label.lower()}", "23mm") for grade, label in numbers.items()
    ]
    on = sum(int(counts.at[letter, grade]) for letter, grade in diagonal.items())
    chance = sum(
        counts.loc[letter].sum() * counts[grade].sum()
        for letter, grade in diagonal.items()
    )
    total = len(graded)
    note = (
        f"On the diagonal (bold): {on} of {total} claims, {percent(on, total)}. Were the two grades given without regard "
        f"to each other, {percent(chance / max(total, 1), total)} would fall there."
    )
    return table(
        counts, columns, rows, note=note, title="Claims by grade of source and of claim"
    )


def slant(dataset: Dataset) -> Exhibit:
    """What each source argues, and which way its claims point."""
    standing, told = (
        dossiers.corroboration(dataset),
        rules.supporting_claims(dataset),
    )
    in_play = standing.loc[standing["scored"] | standing["held"], "event_id"]
    told = told[told["event_id"].isin(in_play)]
    ways = told["event_id"].map(dataset.events.set_index("event_id")["direction"])
    stances, rows = dataset.labels("sources", "stance"), []
    for source in [*dossiers.named(dataset.sources).itertuples(), None]:
        own = ways if source is None else ways[told["source_id"] == source.source_id]
        closer, holds, away = (int((own == way).sum()) for way in (1, 0, -1))
        name = "All" if source is None else f"{source.source_id} {source.called}"
        stance = "" if source is None else stances[source.stance].lower()
        style = "strong" if source is None else ""
        cells = (
            name,
            stance,
            str(closer),
            str(holds),
            str(away),
            percent(closer + holds, len(own)),
        )
        rows.append(row(*(text(cell, style) for cell in cells)))
    columns = [
        *(
            ("Source", "1fr"),
            ("Argues", "24mm"),
            (">Closer", "18mm"),
            (">Holds", "18mm"),
            (">Away", "18mm"),
        ),
        (">Closer or holding", "30mm"),
    ]
    note = "Claims that support a scored or held event, by its direction."
    return table(told, columns, rows, note=note)


def suggestions(dataset: Dataset) -> Exhibit:
    """How often the partners suggested for a passage are those of the claims that were then coded."""
    found = suggesting.quality(dataset)
    if found.empty:
        return nothing(
            "the documents are not at hand, so suggestions cannot be measured"
        )
    whole = found.sum(numeric_only=True).to_frame().T.assign(source_id="All")
    rows = []
    for one in pd.concat([found, whole]).itertuples():
        recall, precision = (
            percent(one.found, one.claims),
            percent(one.right, one.marked),
        )
        rows.append(
            row(one.source_id, str(one.claims), recall, str(one.marked), precision)
        )
    columns = [
        ("Source", "1fr"),
        (">Claims on a partner", "34mm"),
        (">In a passage so marked", "38mm"),
    ]
    columns += [(">Passages marked", "32mm"), (">Hold a claim", "28mm")]
    note = "The third column is recall, the last precision. A passage is a sentence; one that names no partner has those of the sentence before it."
    return table(found, columns, rows, note=note)


def limits(dataset: Dataset) -> Exhibit:
    """How far the evidence falls short, counted."""
    claims, standing = dataset.claims, dossiers.corroboration(dataset)
    scored = standing[standing["scored"]]
    basis = claims["date_basis"].value_counts()
    kinds = ("stated", "inferred", "undated")
    stated, inferred, undated = (
        percent(basis.get(kind, 0), len(claims)) for kind in kinds
    )
    single = int((scored["n_lineages"] == 1).sum())
    voices = percent(int((claims["attributed_to"] != "").sum()), len(claims))
    said = {
        "Dates.": f"{stated} of claims have a date that the document gives; for {inferred} it was inferred, and {undated} have none.",
        "Witnesses.": f"{single} of {len(scored)} scored events rest on one lineage alone.",
        "Voices.": f"{voices} of claims are put into somebody’s mouth; the rest are the authors’ own telling.",
    }
    return prose(
        "plain",
        [([text(label, "strong")], [text(words)]) for label, words in said.items()],
    )


def attachments(
    dataset: Dataset, codings: tuple[pd.DataFrame, pd.DataFrame]
) -> Exhibit:
    """The rows that the tables and examples were worked out from, and both codings, as files."""
    said = {
        "sources": "Sources, with their grades and the reasons for them",
        "claims": "Claims, with the place and fingerprint of each passage",
        "events": "Events, with their codes",
        "event_types": "Types of events",
    }
    files = [
        attached.csv_file(f"{name}.csv", getattr(dataset, name), words)
        for name, words in said.items()
    ]
    for coding, words in zip(codings, ("first", "second"), strict=True):
        if len(coding):
            about = (
                f"The {words} coder’s claims, frozen before differences were resolved"
            )
            files.append(attached.csv_file(f"{words}_coding.csv", coding, about))
    files += attached.dictionary_and_record(dataset)
    return Exhibit({"kind": "attachments", "files": files})
