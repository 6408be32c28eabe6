"""The application for a WSGI server: `wsgi:app`."""

from kombeheer.app import create_app

app = create_app()
