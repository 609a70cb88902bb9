"""The use cases: what the command line and the window call."""

from facet.workbench.activity import Activity, survey_activity
from facet.workbench.demo import run_demo
from facet.workbench.exports import exported_name, refuse_evidence, refuse_overwriting, write_still
from facet.workbench.lookup import holds
from facet.workbench.outline import outline
from facet.workbench.passphrases import named_file, passphrase_of, passphrases_from, read_passphrase
from facet.workbench.repetition import Repetition, Verdict, worst
from facet.workbench.runs import Run
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
    "Verdict",
    "Workbench",
    "exported_name",
    "holds",
    "home_folder",
    "named_file",
    "outline",
    "passphrase_of",
    "passphrases_from",
    "read_passphrase",
    "refuse_evidence",
    "refuse_overwriting",
    "run_demo",
    "survey_activity",
    "worst",
    "write_still",
]
