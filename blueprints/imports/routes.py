"""The routes of imports, one file per subject; all belong to one blueprint."""

from blueprints.imports import files, pages
from blueprints.imports.blueprint import blueprint

__all__ = ["blueprint", "files", "pages"]
