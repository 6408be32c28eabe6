"""The routes of the parties, one file per subject; all belong to one blueprint."""

from blueprints.parties.blueprint import blueprint
from blueprints.parties.routes import customers, dealers, farms, mechanics, merging, moving

__all__ = ["blueprint", "customers", "dealers", "farms", "mechanics", "merging", "moving"]
