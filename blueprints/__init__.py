"""The HTTP edge. Each area is a folder with `routes`, `forms` and `api`; a blueprint is made there."""
