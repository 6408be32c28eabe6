"""The routes of billing, one file per subject; all belong to one blueprint."""

from blueprints.billing import statement_files, statements, tariffs
from blueprints.billing.blueprint import blueprint

__all__ = ["blueprint", "statement_files", "statements", "tariffs"]
