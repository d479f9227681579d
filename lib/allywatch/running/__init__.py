"""Plan, execute, publish: the only importer of papermill and the only writer of reports."""

from allywatch.running.planning import Job, Plan, PlanError, plan
from allywatch.running.publishing import Edition, build
