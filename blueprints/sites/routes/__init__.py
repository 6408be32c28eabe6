"""The routes of sites and installations, one file per subject; all belong to one blueprint."""

from blueprints.sites.blueprint import blueprint
from blueprints.sites.routes import installations, intervals, leniency

__all__ = ["blueprint", "installations", "intervals", "leniency"]
