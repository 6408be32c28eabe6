"""Stickers over HTTP: pages and forms (`routes`), for everybody (`public`), for programs (`api`)."""
