"""The routes of reports, one file per subject; all belong to one blueprint."""

from blueprints.reports.blueprint import blueprint
from blueprints.reports.routes import mending, paper, reading

__all__ = ["blueprint", "mending", "paper", "reading"]
