"""The application for a WSGI server: `wsgi:app`."""

import gc

from kombeheer.app import create_app

app = create_app()
# What stays for good need not be searched for garbage with every page.
gc.collect()
gc.freeze()
