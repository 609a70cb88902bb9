"""The use cases: what the command line and the window call."""

from facet.workbench.activity import Activity, survey_activity
from facet.workbench.demo import run_demo
from facet.workbench.exports import refuse_evidence, write_still
from facet.workbench.lookup import holds
from facet.workbench.outline import outline
from facet.workbench.runs import Repetition, Run
from facet.workbench.session import CaseSession
from facet.workbench.settings import Policy, Settings, home_folder
from facet.workbench.workbench import BackendState, Workbench

__all__ = [
    "Activity",
    "BackendState",
    "CaseSession",
    "Policy",
    "Repetition",
    "Run",
    "Settings",
    "Workbench",
    "holds",
    "home_folder",
    "outline",
    "refuse_evidence",
    "run_demo",
    "survey_activity",
    "write_still",
]
