"""The use cases: what the command line and the window call."""

from facet.workbench.activity import Activity, survey_activity
from facet.workbench.demo import run_demo
from facet.workbench.exports import exported_name, refuse_evidence, refuse_overwriting, write_still
from facet.workbench.face_search import faces_in
from facet.workbench.known_footage import KnownFootage, SeenFootage
from facet.workbench.lookup import holds
from facet.workbench.naming import name_all, name_exhibit
from facet.workbench.outline import outline
from facet.workbench.passphrases import named_file, passphrase_of, passphrases_from, read_passphrase
from facet.workbench.profiles import Profile, delete_profile, in_use, profiles, save_profile, use_profile
from facet.workbench.repetition import Repetition, Verdict, worst
from facet.workbench.runs import Run
from facet.workbench.session import CaseSession
from facet.workbench.settings import Policy, Settings, home_folder
from facet.workbench.workbench import BackendState, Workbench

__all__ = [
    "Activity",
    "BackendState",
    "CaseSession",
    "KnownFootage",
    "Policy",
    "Profile",
    "Repetition",
    "Run",
    "SeenFootage",
    "Settings",
    "Verdict",
    "Workbench",
    "delete_profile",
    "exported_name",
    "faces_in",
    "holds",
    "home_folder",
    "in_use",
    "name_all",
    "name_exhibit",
    "named_file",
    "outline",
    "passphrase_of",
    "passphrases_from",
    "profiles",
    "read_passphrase",
    "refuse_evidence",
    "refuse_overwriting",
    "run_demo",
    "save_profile",
    "survey_activity",
    "use_profile",
    "worst",
    "write_still",
]
