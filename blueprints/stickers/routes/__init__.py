"""The routes of the stickers, one file per subject; all belong to one blueprint."""

from blueprints.stickers.blueprint import blueprint
from blueprints.stickers.routes import booking, handing, numbers, parcels

__all__ = ["blueprint", "booking", "handing", "numbers", "parcels"]
