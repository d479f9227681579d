# The sample, made as you would make a data folder of your own: every line is a command of allywatch.
#   sh docs/sample/make.sh FOLDER        into FOLDER/data and FOLDER/reports
set -eu
here=$(dirname "$0")
data=$1/data
unset ALLYWATCH_DOCUMENTS  # where documents lie that are kept outside their data folder; not so here

# The power and its partners. They are made up, and so each has a code of its own.
allywatch init "$data" --power XTS --name Tarsenia --adjective Tarsenian --capital Tarse
allywatch partner add XIL --name Ilvar --adjective Ilvari --capital Ilva --region "The strait" --data "$data"
allywatch partner add XMO --name "the Morrow Isles" --adjective Morrow --capital Lowport --region "The strait" --data "$data"

# Three documents become sources: what kind each is, what it argues, how reliable it is.
allywatch source add "$here/documents/courier.txt" --source-id S1 --title "Port treaty renewed" --publisher "The Strait Courier" \
  --doc-type news_report --published 2025-10-14 --stance mixed --reliability B --data "$data"
allywatch source add "$here/documents/notes.txt" --source-id S2 --title "Nobody is losing the strait" --publisher "Harbour Notes" \
  --doc-type blog --published 2025-12 --stance deepening --reliability D --data "$data"
allywatch source add "$here/documents/gazette.txt" --source-id S3 --title "No ferry" --publisher "Morrow Gazette" \
  --doc-type news_report --published 2026-02-20 --stance erosion --reliability C --data "$data"

# What they say becomes claims and events: the words of each passage, then the cells. The words are not kept.
allywatch claims import "$here/coding.csv" --data "$data"

# What is typed into tables: two accounts that contradict each other, and an analyst's sentences.
cp "$here/relations.csv" "$here/judgements.csv" "$data"
allywatch confirm --all --on 2026-03-01 --data "$data"

allywatch check --data "$data"
allywatch build --data "$data" --out "$1/reports"
