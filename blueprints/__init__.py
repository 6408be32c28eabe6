"""The HTTP edge. An area is a folder with `routes`, `forms` and `api`, blueprints made there."""
