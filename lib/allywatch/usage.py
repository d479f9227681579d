"""What `--help` says of each command: examples and exit codes."""

BUILD = """\
examples:
  allywatch build                          every briefing, into reports/latest
  allywatch build ABC "Some Name"          some partners, by id, name or alias; the others stay as they are
  allywatch build --as-of 2026-01-31       from what was published by that day
  allywatch build --data my-data --out /srv/reports --workers 8
  allywatch build --explain                what has changed, briefing by briefing, and build that
  allywatch build --executor dask://scheduler:8786

A briefing that would come out as it is, is not built again.

exit codes:
  0    every briefing was made, or nothing had changed
  1    some failed, the others are published; the failed notebooks are in OUT/failures
  2    bad input or usage, or OUT cannot be written; nothing was changed
  70   an error in allywatch itself; its traceback is on standard error, and what was published stays whole
  75   another run is at work in OUT; nothing was changed
  130  interrupted; nothing was changed
"""

CHECK = """\
examples:
  allywatch check
  allywatch check --data my-data

exit codes:
  0    the data is sound
  2    it is not, or is not there; every failure is named by file, row and column
  70   an error in allywatch itself; the traceback on standard error says where
"""

TRACE = """\
examples:
  allywatch trace ABC-01                           an event, down to its passages
  allywatch trace "Some Name"                      all events of a partner
  allywatch trace country_briefing_ABC.pdf         every marked sentence on its pages

A PDF is traced from the rows attached to it; it needs no data folder. Passages are shown where the documents
are at hand and still the ones that were coded.

exit codes:
  0    the chain was printed
  2    there is no such event, claim, partner or briefing, or the data is not sound
  70   an error in allywatch itself; the traceback on standard error says where
"""

SOURCE = """\
examples:
  allywatch source add article.html --stance mixed --reliability C
  allywatch source add report.pdf --title "A report" --published 2026-03 --stance mixed
  allywatch source status S6                       what of it is coded, and what is bare

A text in UTF-8 is taken as it is; of a PDF or HTML file the text is taken. It goes to the documents folder.

exit codes:
  0    done
  2    the document cannot be read, or its row would break the contract; nothing was changed
  70   an error in allywatch itself; the traceback on standard error says where
"""

SCHEDULE = """\
examples:
  allywatch schedule print --as systemd                   show what would run each schedule
  allywatch schedule print weekly --as cron --to timers   write it into a folder
  allywatch schedule run weekly                           what the timer calls, and you to try it

Schedules stand in a TOML file, by default pyproject.toml, as [tool.allywatch.schedule.NAME]. Nothing is
installed: what is printed is for you to put in place.

exit codes: of `run`, those of allywatch build, and above 128 where it was killed; of `print`, 0, 2 or 70
"""

PRUNE = """\
examples:
  allywatch prune --keep 10 --dry-run
  allywatch prune --keep 10 --out /srv/reports

The edition that OUT/latest names always stays.

exit codes: 0 done, 2 bad usage, or OUT is not there or cannot be written, 70 an error in allywatch itself,
75 a run is at work in OUT
"""

DOCTOR = """\
exit codes: 0 all is well, 2 something is not (each line that begins with BAD says what to do),
70 an error in allywatch itself
"""

ALL = """\
Start with:  allywatch check   and then   allywatch build
More on one: allywatch build --help

exit codes: 0 done, 1 some briefings failed, 2 bad input or usage, 70 an error in allywatch itself,
75 another run is at work, 130 interrupted
"""
