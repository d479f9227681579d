"""A page's sentences, each worked out anew from the rows: what is false, and what no pattern here can read.

A sentence with a number or a word such as "all", "none" or "only" must be one of `PATTERNS`; a new wording is taught by
a pattern and what it says. Names, headlines and other words of the rows are put into brackets first: ``⟦H:E1⟧``.
"""

import re
from collections import Counter

from recount import Tie, span

from briefmill.texts import typographic

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
#: What a sentence may not say without being read.
COUNTING = re.compile(
    r"(?i)\d|\b(?:no|none|nobody|nothing|only|alone|all|every|each|any|both|most|many|never|other|others"
    r"|one|two|three|four|five|six|seven|eight|nine|independent|stands|falls|high|low|moderate)\b"
)
_N = r"(?:\d[\d,]*|no|none|one|two|three|four|five|six|seven|eight|nine)"
_SOME = rf"(?:{_N} of {_N}|both|the one|all {_N})"
_SOURCE = r"⟦N:[^⟧]*⟧"
_SOURCES = rf"{_SOURCE}(?:, {_SOURCE})*(?:,? (?:and|or) {_SOURCE})?"
_WHO = r"⟦[NW]:[^⟧]*⟧"
_ANY = rf"{_WHO}(?:, {_WHO})*(?: and {_WHO})?"
_EVENT = r"⟦[HS]:[^⟧]*⟧"
_DAY = r"(?:[a-z][a-z ]*)?(?:\d{1,2} )?(?:[A-Z][a-z]+ )?\d{4}"
_AGAINST = rf"(?:denied by {_ANY}|disputed|denied|foreseen)"
_BRACKET = rf" \((?:{_SOURCES}(?: alone)?(?:, {_AGAINST})?|{_AGAINST})\)"
_LIST = rf"{_EVENT}(?:{_BRACKET})?(?:; {_EVENT}(?:{_BRACKET})?)*"
_SAYS_IT = r"(?:it|each|the first|the second)"


def count(words):
    """The number that words or figures stand for."""
    words = words.lower().replace(",", "")
    if words == "none":
        return 0
    return NUMBERS.index(words) if words in NUMBERS else int(words)


def some_of(words):
    """How many of how many: of ``all`` and the like the same number twice, of ``both`` two."""
    words = words.lower()
    if words in ("both", "the one"):
        both = 2 if words == "both" else 1
        return both, both
    if words.startswith("all "):
        return count(words[4:]), count(words[4:])
    some, every = words.split(" of ")
    return count(some), count(every)


def fits(words, edtf):
    """Whether words for a date name no year or month that the date has not."""
    years = set(re.findall(r"\d{4}", words))
    months = {each for each in MONTHS if each in words}
    of_date = {
        MONTHS[int(each) - 1]
        for each in re.findall(r"\d{4}-(\d\d)", edtf)
        if int(each) <= 12
    }
    return years <= set(re.findall(r"\d{4}", edtf)) and months <= of_date


class Page:
    """A page to be checked: the rows, the partner ("" for all together), and the names of sources that it uses."""

    def __init__(self, rows, partner, called):
        self.rows = rows
        self.partner = partner
        self.tie = Tie(rows, partner)
        self.called = called
        self.slips = []
        self.headline = []
        self.events = []
        self._words = self._words_of_rows()
        found = sorted(self._words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, found)))

    def _words_of_rows(self):
        """What stands in the rows, with what it is."""
        words = {}

        def name(kind, key, said):
            said = typographic(said.strip()).removesuffix(".")
            if said:
                words.setdefault(said, f"⟦{kind}:{key}⟧")
                words.setdefault(said[:1].upper() + said[1:], f"⟦{kind}:{key}⟧")

        rows = self.rows
        for partner in rows.partners:
            name("P", partner["partner_id"], f"the {partner['name']}")
            name("P", partner["partner_id"], partner["name"])
            name("A", partner["partner_id"], partner["adjective"])
        for key, event in rows.event.items():
            name("S", key, event["summary"])
            name("H", key, event["headline"])
        for claim in rows.claims:
            name("S", claim["event_id"], claim["statement"])
            name("W", claim["attributed_to"], claim["attributed_to"])
        for doubt in rows.doubts:
            name("D", doubt["doubt_id"], f"{doubt['reason']} ({doubt['reference']})")
        for key, called in self.called.items():
            name("N", key, called)
            name("N", key, re.sub("^The ", "the ", called))
            inner = called.replace("(", "[").replace(")", "]")
            name("N", key, re.sub("^The ", "the ", inner))
        thesis = rows.rules.get("thesis")
        if thesis:
            name("T", "thesis", thesis["words"])
        for each in rows.rules.get("abbreviations", []):
            name("X", "long", each["long"])
        for each in rows.judgements:
            name("J", each["judgement_id"], each["text"])
            name("J", each["judgement_id"], each["second"])
        return words

    def read(self, words, events=()):
        """Check one printed string; `events` are what it may speak of before it names any."""
        tokens = self._pattern.sub(lambda found: self._token(found), words)
        self.events = list(events)
        place = 0
        while place < len(tokens):
            found = self._longest(tokens, place)
            if found is None:
                ends = re.compile(r"[.;:?!] |, (?=and |but )|$").search(tokens, place)
                unread = tokens[place : ends.end()]
                if COUNTING.search(re.sub(r"⟦[^⟧]*⟧", "", unread)):
                    self.slips.append(f"cannot be read: {unread!r} in {words!r}")
                self._remember(unread)
                place = max(ends.end(), place + 1)
                continue
            match, says = found
            if says is not None and says(self, match) is False:
                self.slips.append(f"false: {match[0]!r} in {words!r}")
            self._remember(match[0])
            place = match.end()
            place += len(re.match(r"[\s.;:,·]*", tokens[place:])[0])

    def _token(self, found):
        """The bracket of a word of the rows, where it does not stand inside another word."""
        start, end = found.span()
        inside = found.string[start - 1 : start].isalnum() and found[0][0].isalnum()
        inside |= found.string[end : end + 1].isalnum() and found[0][-1].isalnum()
        return found[0] if inside else self._words[found[0]]

    def _longest(self, tokens, place):
        matches = [
            (match, says)
            for pattern, says in PATTERNS
            if (match := pattern.match(tokens, place)) and match[0]
        ]
        return max(matches, key=lambda each: len(each[0][0]), default=None)

    def _remember(self, tokens):
        for _, key in re.findall(r"⟦([HS]):([^⟧]*)⟧", tokens):
            self.events.append(key)

    # What patterns ask

    def sources(self, tokens):
        return set(re.findall(r"⟦N:([^⟧]*)⟧", tokens))

    def tellers(self, event_id):
        """The sources that support an event; of one without support, those that say of it what its first claim says."""
        behind = self.rows.behind(event_id)
        if behind:
            return behind
        unscored = self.rows.rules["support"]["unscored_modalities"]
        order = [
            claim
            for source in sorted(self.rows.claims_of[event_id], key=self._place)
            for claim in [source]
        ]
        kinds = [
            each["modality"] if each["modality"] in unscored else "" for each in order
        ]
        return {
            each["source_id"]
            for each, kind in zip(order, kinds, strict=True)
            if kind == kinds[0]
        }

    def _place(self, claim):
        return claim["source_id"], int(claim["start"] or 0)

    def is_one_witness(self, event_id):
        return len(self.rows.lineages(self.rows.behind(event_id))) < 2

    def against(self, words, event_id):
        """Whether an event is denied by those who are named, or disputed."""
        if words == "disputed":
            return self.rows.is_disputed(event_id)
        if words in ("denied", "foreseen"):
            modality = {"denied": "denied", "foreseen": "forecast"}[words]
            said = [each["modality"] for each in self.rows.claims_of[event_id]]
            return not self.rows.behind(event_id) and modality in said
        named = set(re.findall(r"⟦[NW]:([^⟧]*)⟧", words))
        return named == set(self.rows.deniers(event_id))


PATTERNS = []


def says(*patterns):
    """What a sentence of these patterns says: a function of the page and the match that is False where it is not so."""

    def taught(function):
        PATTERNS.extend((re.compile(each), function) for each in patterns)
        return function

    return taught


def plainly(*patterns):
    """Words that count nothing, whatever they look like."""
    PATTERNS.extend((re.compile(each), None) for each in patterns)


plainly(
    r"Outside reports (?:differ|speak against the denial): ⟦D:[^⟧]*⟧",
    r"⟦J:[^⟧]*⟧",
    r"(?:, on )?the word of ⟦W:[^⟧]*⟧",
    r" ?\(under review: .*\)",
    r"grades: A completely reliable to E unreliable, F cannot be judged",
    r"Our own|We make none: no analyst has written one",
    r"No analyst has written (?:one|why)",
    r"(?:That is a gap in what was read, )?not a sign of calm",
    r"what they leave out is no sign of calm",
    r"but every source may share what it does not say",
    r"If one source is left out|Who says it, and what is left without them",
    r"Directions that stand if any one source is dropped",
    r"Too little for a direction, but not nothing",
    r"(?:Date not given|One account|Another|event, row, first character of each passage)",
    r"Confidence (?:in this reading|in a direction)?",
    r"a direction could then be stated",
    r"What (?:happened between|sources report of) .*, every sentence traced to its passages",
    r"Two ways to read it",
    r"For others",
)


# Who says it


@says(rf"(?P<event>{_EVENT}), (?P<who>{_SOURCES}) alone (?P<verb>reports|says)")
def _alone(page, match):
    event = match["event"][3:-1]
    supported = bool(page.rows.behind(event))
    sources = page.sources(match["who"])
    is_report = match["verb"] == "reports"
    return (
        sources == page.tellers(event) and len(sources) == 1 and supported == is_report
    )


@says(rf"(?P<event>{_EVENT}), (?P<who>{_SOURCES}) (?:report|say)(?!s)")
def _of_one_lineage(page, match):
    event = match["event"][3:-1]
    sources = page.sources(match["who"])
    return sources == page.tellers(event) and page.is_one_witness(event)


@says(rf"(?P<event>⟦H:[^⟧]*⟧)(?P<bracket>{_BRACKET})")
def _bracket(page, match):
    event = match["event"][3:-1]
    inside = match["bracket"][2:-1]
    who = re.match(rf"({_SOURCES})( alone)?(?:, )?", inside)
    if who and not inside.startswith("denied"):
        sources = page.sources(who[1])
        if sources != page.tellers(event) or (len(sources) == 1) != bool(who[2]):
            return False
        inside = inside[who.end() :]
    elif page.is_one_witness(event):
        return False
    return not inside or page.against(inside, event)


@says(rf"Only (?P<who>{_SOURCES}) reports? (?P<what>{_SAYS_IT})")
def _only(page, match):
    return page.sources(match["who"]) == page.rows.behind(_meant(page, match["what"]))


@says(rf"Only (?P<who>{_SOURCES}) says? so")
def _only_says(page, match):
    event = page.events[-1]
    is_bare = not page.rows.behind(event)
    return is_bare and page.sources(match["who"]) == page.tellers(event)


@says(rf"(?P<who>{_SOURCES}) report (?P<what>{_SAYS_IT}), and are not independent")
def _not_independent(page, match):
    event = _meant(page, match["what"])
    behind = page.rows.behind(event)
    return page.sources(match["who"]) == behind and page.is_one_witness(event)


@says(
    rf"(?P<n>(?i:{_N})) sources report (?P<what>{_SAYS_IT})(?:, (?P<free>{_N}) of them independent)?"
)
def _several(page, match):
    meant = [_meant(page, match["what"])]
    if match["what"] == "each":
        meant = page.headline
    for event in meant:
        behind = page.rows.behind(event)
        free = count(match["free"]) if match["free"] else count(match["n"])
        if len(behind) != count(match["n"]) or len(page.rows.lineages(behind)) != free:
            return False
    return True


@says(rf"it is (?P<what>{_AGAINST})")
def _it_is(page, match):
    return page.against(match["what"], page.events[-1])


def _meant(page, what):
    places = {"the first": 0, "the second": 1}
    if what in places:
        page.events.append(page.headline[places[what]])
    return page.events[-1]


# Which way the reports lead


@says(
    rf"(?P<lead>Also leading|Leading) (?P<way>closer|away): (?P<list>{_LIST})(?:; and (?P<more>{_N}) more)?"
)
def _leading(page, match):
    moves = getattr(page.tie, match["way"])
    named = re.findall(r"⟦[HS]:([^⟧]*)⟧", match["list"])
    more = count(match["more"] or "no")
    before = 1 if match["lead"].startswith("Also") else 0
    brackets = all(
        _bracket(page, each)
        for each in re.finditer(
            rf"(?P<event>{_EVENT})(?P<bracket>{_BRACKET})", match["list"]
        )
    )
    return (
        brackets
        and set(named) <= set(moves)
        and before + len(named) + more == len(moves)
    )


@says(rf"(?:Also reported|Reported): (?P<list>{_LIST})(?:; and (?P<more>{_N}) more)?")
def _listed(page, match):
    return all(
        _bracket(page, each)
        for each in re.finditer(
            rf"(?P<event>{_EVENT})(?P<bracket>{_BRACKET})", match["list"]
        )
    )


@says(r"No report (?P<counts>that counts )?leads (?P<way>closer|away)")
def _none_leads(page, match):
    uncounted = page.tie.uncounted(1 if match["way"] == "closer" else -1)
    return not getattr(page.tie, match["way"]) and bool(uncounted) == bool(
        match["counts"]
    )


@says(r"No report (?P<counts>that counts )?moves the tie either way")
def _none_moves(page, match):
    return not page.tie.moves and bool(page.tie.uncounted()) == bool(match["counts"])


@says(r"No report(?: that counts)? moves ⟦P:[^⟧]*⟧’s? own tie with ⟦P:[^⟧]*⟧")
def _none_own(page, match):
    return not page.tie.moves


@says(r"No report (?P<counts>that counts )?speaks for another reading")
def _no_other(page, match):
    against = {"away": 1, "closer": -1}[page.tie.way]
    others = page.tie.closer if against > 0 else page.tie.away
    uncounted = page.tie.uncounted(against) + page.tie.uncounted(0)
    return not others and not page.tie.held and bool(uncounted) == bool(match["counts"])


@says(r"No report on this tie can be read two ways", r"No report says so")
def _nothing_in_play(page, match):
    return match[0].endswith("so") or not (page.tie.moves or page.tie.held)


@says(
    rf"Reports lead both ways: (?P<closer>{_N}) closer and (?P<away>{_N}) away",
    rf"(?P<closer>{_N}) closer, (?P<away>{_N}) away",
)
def _both_ways(page, match):
    counts = (count(match["closer"]), count(match["away"]))
    return counts == (len(page.tie.closer), len(page.tie.away))


@says(
    r"No second independent source bears this out, so no direction is stated",
    r"no second independent source",
)
def _no_second(page, match):
    return page.tie.n_lineages(page.tie.moves) == 1 and not page.tie.is_stated


@says(
    r"Fewer independent sources (?:bear this out )?than a direction needs(?:.*stated)?"
)
def _too_few_sources(page, match):
    needed = page.rows.rules["gate"]["min_lineages"]
    return page.tie.n_lineages(page.tie.moves) < needed


@says(
    rf"The turn rests on (?P<before>{_N}) reports? (?P<first>closer|away) and (?P<after>{_N}) (?P<then>closer|away) since"
)
def _turn(page, match):
    counts = (count(match["before"]), count(match["after"]))
    way = page.tie.closer if match["first"] == "closer" else page.tie.away
    return page.tie.turn[2:] == counts and len(way) == counts[0]


@says(rf"Up to (?P<until>{_DAY}): (?={_EVENT})")
def _until(page, match):
    return str(page.tie.turn[0].year) in match["until"]


@says(rf"Since (?P<since>{_DAY}): (?={_EVENT})")
def _since(page, match):
    return str(page.tie.turn[1].year) in match["since"]


@says(r"One event, however well attested, shows no trend", r"one event, well attested")
def _one_event(page, match):
    return len(page.tie.moves) == len(page.tie.firm) == 1


@says(
    r"One report without a second independent source shows no trend",
    r"only one report of a step",
)
def _one_report(page, match):
    return len(page.tie.moves) == 1 and not page.tie.firm


@says(rf"only (?P<n>{_N}) reports of a step")
def _only_so_many(page, match):
    return len(page.tie.moves) == count(match["n"])


@says(r"no report (?P<counts>that counts )?of a step closer or away")
def _no_step(page, match):
    return not page.tie.moves


@says(r"all that counts is from one source")
def _from_one(page, match):
    behind = set().union(*(page.rows.behind(each) for each in page.tie.moves))
    return len(behind) == 1


@says(r"no source speaks of it", r"No source speaks of ⟦P:[^⟧]*⟧’s? tie with ⟦P:[^⟧]*⟧")
def _silent(page, match):
    return not page.tie.events


@says(r"no report of a step of its own")
def _gainer(page, match):
    return not page.tie.moves


# How sure


@says(r"(?P<word>high|low|moderate) confidence", r"(?P<word>High|Low|Moderate): ")
def _confidence(page, match):
    if page.partner:
        return page.tie.met and page.tie.confidence == match["word"].lower()
    ties = [Tie(page.rows, each) for each in page.rows.briefed]
    words = [rule["word"] for rule in page.rows.rules["confidence"]]
    given = [words.index(each.confidence) for each in ties if each.met]
    return bool(given) and words[max(given)] == match["word"].lower()


@says(r"None can be stated: ")
def _none_stated(page, match):
    if page.partner:
        return not page.tie.met
    return not any(Tie(page.rows, each).met for each in page.rows.briefed)


@says(r"no partner has reports enough for a direction")
def _no_partner(page, match):
    return not any(Tie(page.rows, each).is_stated for each in page.rows.briefed)


@says(
    rf"(?P<some>{_N}) of (?P<every>{_N}) reports? (?:has|have) (?P<least>{_N}) independent sources or more"
)
def _carried(page, match):
    least = page.rows.rules["corroboration"]["min_lineages"]
    counts = (count(match["some"]), count(match["every"]), count(match["least"]))
    return counts == (len(page.tie.firm), len(page.tie.moves), least)


@says(rf"but there (?:is|are) only (?P<n>{_N})")
def _so_few(page, match):
    return count(match["n"]) == len(page.tie.firm)


@says(r"but the (?P<n>other(?: \w+)?) rests? on (?P<least>one|fewer)(?: each)?")
def _others_on_one(page, match):
    single = set(page.tie.moves) - set(page.tie.firm)
    n = count(match["n"].removeprefix("other").strip() or "one")
    return n == len(single) and (
        match["least"] == "fewer" or all(map(page.is_one_witness, single))
    )


@says(r"but the best of these sources is (?P<grade>[a-z ]+)")
def _best(page, match):
    best = page.tie.best_grade(page.tie.firm)
    words = {"C": "fairly", "D": "not usually", "E": "unreliable", "F": "cannot"}
    return match["grade"].startswith(words.get(best, "?"))


@says(r"but the latest rests on (?P<n>one|fewer)")
def _latest(page, match):
    most = [len(page.rows.lineages(page.rows.behind(each))) for each in page.tie.latest]
    least = 1 if match["n"] == "one" else 2
    return bool(most) and max(most) <= least


@says(r"but none (?:of them )?has a date")
def _undated(page, match):
    return not page.tie.latest


@says(r"but no (?:⟦A:[^⟧]*⟧ voice|voice of the partner) bears them out")
def _no_voice(page, match):
    return not any(
        claim["voice"] == "partner" and page.rows.supports(claim)
        for each in page.tie.moves
        for claim in page.rows.claims_of[each]
    )


@says(
    rf"(?P<events>{_N}) reports?(?: that move the tie,)? from (?P<lineages>{_N}) (?:independent )?sources?,? are needed"
)
def _needed(page, match):
    gate = page.rows.rules["gate"]
    counts = (count(match["events"]), count(match["lineages"]))
    plural = match[0].count("sources") == (gate["min_lineages"] != 1)
    return counts == (gate["min_events"], gate["min_lineages"]) and plural


@says(
    rf"there (?:is|are) (?P<n>{_N}),(?P<all> all| both)? from (?P<sources>{_N}) (?P<free>independent )?sources?"
)
def _there_are(page, match):
    behind = set().union(*(page.rows.behind(each) for each in page.tie.moves))
    n_sources = len(page.rows.lineages(behind)) if match["free"] else len(behind)
    counts = (count(match["n"]), count(match["sources"]))
    return counts == (len(page.tie.moves), n_sources)


@says(r"no report (?P<counts>that counts )?is of a step closer or away")
def _no_report(page, match):
    return not page.tie.moves and bool(page.tie.uncounted()) == bool(match["counts"])


@says(r"it is worked out from reports of steps, and there are too few")
def _too_few(page, match):
    if not page.partner:
        return True
    return page.tie.is_stated and not page.tie.met


@says(
    rf"(?:(?P<n>{_N}) of (?P<every>{_N}) |(?P<none>none )?)by (?P<least>{_N}) or more independent sources"
)
def _by_two(page, match):
    least = page.rows.rules["corroboration"]["min_lineages"]
    n = len(page.tie.firm)
    said = len(page.tie.moves)
    if match["n"]:
        said = count(match["n"])
        if count(match["every"]) != len(page.tie.moves):
            return False
    elif match["none"]:
        said = 0
    return said == n and count(match["least"]) == least


@says(r"(?P<n>both |all )?by one source(?P<each> each)?")
def _by_one(page, match):
    behind = [page.rows.behind(each) for each in page.tie.moves]
    is_single = all(len(each) == 1 for each in behind)
    is_same = len(set().union(*behind)) == 1
    many = {"both ": 2, None: 1}.get(match["n"], len(behind))
    return (
        is_single
        and is_same != bool(match["each"])
        and (bool(match["each"]) or many == len(behind))
    )


@says(rf"None; (?P<n>{_N}) leaves? it as it was", r"None$")
def _held(page, match):
    n = match.groupdict().get("n")
    return not page.tie.moves and (not n or count(n) == len(page.tie.held))


@says(rf"(?P<n>{_N}) reports say so")
def _held_say(page, match):
    return page.tie.way == "holding" and count(match["n"]) == len(page.tie.held)


@says(
    rf"Whichever source is left out, the direction stands(?:, but not without "
    rf"(?:all sources of one of (?P<n>{_N}) upstreams"
    rf"|(?P<who>{_SOURCES}|{_SOURCE}(?:, {_SOURCE})* and (?P<more>{_N}) more) together, which share an upstream))?"
)
def _stands(page, match):
    groups = page.tie.falls_without_upstreams
    if match["n"]:
        is_so = len(groups) == count(match["n"])
    elif match["who"]:
        named = page.sources(match["who"])
        n_others = count(match["more"]) if match["more"] else 0
        (group,) = groups
        is_so = named <= group and len(group) == len(named) + n_others
    else:
        is_so = not groups
    return is_so and page.tie.is_stated and not page.tie.falls_without


@says(rf"The direction falls without (?P<who>{_SOURCES})")
def _falls(page, match):
    return page.sources(match["who"]) == page.tie.falls_without


@says(rf"the headline rests (?P<part>in part )?on (?P<who>{_SOURCES}) alone")
def _headline(page, match):
    behind = [page.rows.behind(each) for each in page.headline]
    single = [each for each in behind if each == page.sources(match["who"])]
    return bool(single) and (bool(match["part"]) or len(single) == len(behind))


@says(
    r"(?P<part>parts of the headline rest|each part of the headline rests) on one source alone"
)
def _parts_of_headline(page, match):
    behind = [page.rows.behind(each) for each in page.headline]
    n_single = sum(len(each) == 1 for each in behind)
    is_each = match["part"].startswith("each")
    return n_single == len(behind) if is_each else n_single > 0


@says(
    rf"Without (?P<who>{_SOURCES}), (?P<n>no such report is|{_N} reports? (?:is|are)) left"
)
def _left(page, match):
    (source,) = page.sources(match["who"])
    left = {
        each: len(page.tie.left_without(each).moves) for each in page.tie.supporters
    }
    said = count(match["n"].split()[0])
    return left[source] == said == min(left.values())


@says(r"Whichever source is left out, every report stays")
def _every_left(page, match):
    n = len(page.tie.moves)
    return all(
        len(page.tie.left_without(each).moves) == n for each in page.tie.supporters
    )


# What the sources argue


@says(rf"(?P<n>(?i:{_SOME})) sources? (?P<cited>cited here )?argues? that ⟦T:thesis⟧")
def _argue(page, match):
    stance = page.rows.rules["thesis"]["stance"]
    sources = list(page.rows.source.values())
    if match["cited"]:
        cited = {
            claim["source_id"]
            for each in page.tie.events
            for claim in page.rows.claims_of[each]
        }
        sources = [each for each in sources if each["source_id"] in cited]
    arguing = [each for each in sources if each["stance"] == stance]
    return some_of(match["n"]) == (len(arguing), len(sources))


plainly(
    r"so that silence is weak evidence", r"no claim here is of a step closer or away"
)


@says(
    rf"(?P<n>(?i:{_SOME})) claims? that counts? (?:is|are) about the tie holding or (?P<does>growing|fraying)"
)
def _otherwise(page, match):
    expected = (page.rows.rules.get("thesis") or {}).get("direction", -1)
    others = [each for each in page.tie.counting if each != expected]
    counts = (len(others), len(page.tie.counting))
    return some_of(match["n"]) == counts and (match["does"] == "growing") == (
        expected < 0
    )


@says(rf"Evidence up to (?P<day>{_DAY})")
def _up_to(page, match):
    dated = [each for each in page.rows.sources if each["published"]]
    newest = max(dated, key=lambda each: span(each["published"])[2])
    return fits(match["day"], newest["published"])


@says(r"No source has a date")
def _no_date(page, match):
    return not any(each["published"] for each in page.rows.sources)


@says(
    rf"(?P<n>{_SOME}) sources? speaks? of ⟦P:[^⟧]*⟧(?:, (?P<region>{_N}) of its region)?"
    rf"(?:, (?P<others>{_N}) of others’ dealings with it)?"
)
def _speak(page, match):
    rows = page.rows
    naming = _naming(page)
    speaking = _speaking(page)
    some, every = some_of(match["n"])
    in_all = some + count(match["region"] or "no") + count(match["others"] or "no")
    of_region = any(rows.event[each]["told_of"] for each in naming)
    if match["region"] and not of_region:
        return False
    return every == len(rows.sources) and in_all == len(speaking)


def _naming(page):
    """The events that have the partner on either side."""
    rows = page.rows
    return [
        each
        for each in rows.event
        if page.partner in rows.codes(each) + rows.codes(each, "counterparts")
    ]


def _speaking(page):
    """The sources of the claims on these."""
    claims_of = page.rows.claims_of
    return {claim["source_id"] for each in _naming(page) for claim in claims_of[each]}


@says(r"Each of them: (?P<kind>[a-z][a-z ]+)")
def _alike(page, match):
    speaking = _speaking(page)
    kinds = {
        each["doc_type"] for each in page.rows.sources if each["source_id"] in speaking
    }
    return len(speaking) > 1 and len(kinds) == 1


@says(rf"(?<=· )(?P<n>{_N}) sources?$")
def _sources(page, match):
    return count(match["n"]) == len(page.rows.sources)


@says(rf"Overview · ⟦P:[^⟧]*⟧ and (?P<n>{_N}) partners?")
def _partners(page, match):
    return count(match["n"]) == len(page.rows.briefed)


# What next


@says(r"No source looks ahead for ⟦P:[^⟧]*⟧")
def _no_forecast(page, match):
    return not any(
        claim["modality"] == "forecast"
        for each in page.tie.events
        for claim in page.rows.claims_of[each]
    )


@says(
    r"What sources foresaw for ⟦P:[^⟧]*⟧ has since been reported, denied or overtaken"
)
def _settled(page, match):
    return not _open(page) and any(
        claim["modality"] == "forecast"
        for each in page.tie.events
        for claim in page.rows.claims_of[each]
    )


def _open(page):
    """Events that are foreseen alone, by a claim that no later one overtakes."""
    overtaken = {
        pair["claim_b"] for pair in page.rows.relations if pair["kind"] == "supersedes"
    }
    return {
        each
        for each in page.tie.events
        if all(claim["modality"] == "forecast" for claim in page.rows.claims_of[each])
        and any(
            claim["claim_id"] not in overtaken for claim in page.rows.claims_of[each]
        )
    }


plainly(
    r"Forecast, (?:still open|its term has passed and no claim says what came of it)"
)


@says(rf"(?P<event>{_EVENT}) \((?:{_WHO}, in )?{_SOURCE}(?:, {_DAY})?\)")
def _forecast(page, match):
    return match["event"][3:-1] in _open(page)


@says(rf"(?P<event>{_EVENT}):? ?an independent second source would bear it out")
def _second(page, match):
    return page.is_one_witness(match["event"][3:-1])


@says(
    rf"(?P<n>(?i:{_N})) (?:more )?reports? of a step closer or away(?: and (?P<more>{_N}|a second) (?:more )?independent sources?)?"
)
def _lacking(page, match):
    gate = page.rows.rules["gate"]
    moves = page.tie.moves
    more = match["more"] or "no"
    lacking = (
        gate["min_events"] - len(moves),
        max(gate["min_lineages"] - page.tie.n_lineages(moves), 0),
    )
    return (count(match["n"]), 1 if more == "a second" else count(more)) == lacking


@says(
    rf"A second independent source|(?P<n>(?i:{_N})) (?:more )?independent sources?(?=:|$)"
)
def _lacking_sources(page, match):
    lacking = page.rows.rules["gate"]["min_lineages"] - page.tie.n_lineages(
        page.tie.moves
    )
    return lacking == (count(match["n"]) if match["n"] else 1)


plainly(r"None can be computed from these reports, and no analyst has written one")


# What is not known


@says(r"(?P<fields>[\w, ]+) ties: no report on them moves the tie")
def _bare_fields(page, match):
    said = set(re.findall(r"\w+", match["fields"].lower())) - {"and"}
    moved = {page.rows.event[each]["dimension"] for each in page.tie.moves}
    return said.isdisjoint(moved)


plainly(r"(?:Reputation|Arms|Home|Diplomacy)[\w, ]* ties: ")


@says(r"Anything that moves the tie, in any field")
def _nothing_moves(page, match):
    return not page.tie.moves


@says(r"Nobody from ⟦P:[^⟧]*⟧ is heard in any of these reports")
def _nobody(page, match):
    return not any(
        claim["voice"] == "partner"
        for each in page.tie.events
        for claim in page.rows.claims_of[each]
    )


@says(r"No two accounts differ")
def _none_differ(page, match):
    return not any(map(page.rows.is_disputed, page.tie.events))


@says(r"No source says what this (?:means for|costs) ⟦P:[^⟧]*⟧")
def _no_meaning(page, match):
    return not any(
        page.rows.codes(each) == [page.rows.power] and page.rows.behind(each)
        for each in page.rows.event
    )


@says(r"No source tells of anything that happened")
def _nothing_happened(page, match):
    return all(
        claim["modality"] == "forecast"
        for each in page.tie.events
        for claim in page.rows.claims_of[each]
    )


# The overview


@says(r"No source tells of anything that moves a tie with ⟦P:[^⟧]*⟧")
def _nothing_told(page, match):
    return not page.tie.moves and not page.tie.uncounted()


@says(r"No report that counts moves a tie with ⟦P:[^⟧]*⟧")
def _nothing_counts(page, match):
    return not page.tie.moves and bool(page.tie.uncounted())


@says(r"No report (?P<counts>that counts )?has a partner turn to anybody else")
def _nobody_turned(page, match):
    turned = [
        each
        for each in page.rows.event
        if page.rows.event[each]["channel"] == "realignment"
    ]
    return not any(map(page.rows.behind, turned)) and bool(match["counts"]) == any(
        each in page.tie.uncounted() for each in turned
    )


@says(rf"(?P<n>(?i:{_SOME})) reports? rests? on one source(?P<each> each)?")
def _single(page, match):
    single = [each for each in page.tie.moves if len(page.rows.behind(each)) == 1]
    sources = set().union(*(page.rows.behind(each) for each in single))
    if bool(match["each"]) != (len(sources) > 1):
        return False
    return some_of(match["n"]) == (len(single), len(page.tie.moves))


@says(rf"^(?P<n>(?i:{_N})) of (?P<every>{_N})(?:: (?P<names>.*))?$")
def _standing(page, match):
    ties = {each: Tie(page.rows, each) for each in page.rows.briefed}
    stated = {each: tie for each, tie in ties.items() if tie.is_stated}
    firm = {each for each, tie in stated.items() if not tie.falls_without}
    names = set(re.findall(r"⟦P:([^⟧]*)⟧", match["names"] or ""))
    return (count(match["n"]), count(match["every"])) == (len(firm), len(stated)) and (
        not names or names == firm
    )


@says(
    rf"(?P<n>{_N}) sources(?:, not all on each)?(?:; (?P<against>{_AGAINST}))?$",
    r"one source each$",
)
def _cell(page, match):
    """Who says so, of a line whose events the caller gives."""
    return None


@says(rf"(?P<n>(?i:{_N})) more in the attached directions\.csv")
def _more_partners(page, match):
    return count(match["n"]) < len(page.rows.briefed)


@says(
    rf"(?P<n>(?i:{_N})) more (?:claims?|points?|sources?|partners?|events?) in the attached \w+\.csv"
)
def _more_rows(page, match):
    return count(match["n"]) <= len(page.rows.claims)


plainly(r"A dash: no report that counts, which is not calm")
plainly(
    rf"{_EVENT}: which account holds\?",
    r"filled: two or more independent sources; outlined: one",
    r"filled: \w+ or more independent sources; outlined: fewer",
    r"draws (?:it|a partner|⟦P:[^⟧]*⟧) (?:away|closer)",
    r"denied, foreseen or too doubtful to count",
    r"forecasts are the sources’; “our own” and the signs below are ours",
)


@says(
    rf"(?P<n>(?i:{_N})) more sources? in the attached sources\.csv: (?P<grades>[\w ,]+)"
)
def _more_sources(page, match):
    grades = re.findall(r"(\d[\d,]*) graded ([A-F])", match["grades"])
    every = [each["reliability"] for each in page.rows.sources]
    n_graded = [(count(n), grade) for n, grade in grades]
    return sum(n for n, _ in n_graded) == count(match["n"]) and all(
        n <= every.count(grade) for n, grade in n_graded
    )


@says(r"Of several of them the publisher is the same: (?P<named>.+)")
def _publishers(page, match):
    of = Counter(each["publisher"] for each in page.rows.sources)
    named = re.findall(r"(?:^|; )([^;]+), (\d[\d,]*) texts", match["named"])
    return bool(named) and all(
        1 < count(n) <= max(of[own] for own in of if own.startswith(name.rstrip("…")))
        for name, n in named
    )


@says(r"reports about one region count as one")
def _once(page, match):
    own = [each for each in page.tie.events if page.rows.event[each]["told_of"]]
    return len(own) > 1
