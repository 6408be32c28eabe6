"""Stickers over HTTP: pages (`routes`), the public page (`public`), and for programs (`api`)."""
