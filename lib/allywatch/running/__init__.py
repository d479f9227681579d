"""Plan, execute, publish: the only importer of papermill and the only writer of reports."""

from allywatch.running.locking import Locked
from allywatch.running.logs import log
from allywatch.running.planning import Job, Plan, PlanError, plan
from allywatch.running.publishing import Edition, build
from allywatch.running.scheduled import prune
