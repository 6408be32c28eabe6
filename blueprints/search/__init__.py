"""Search over HTTP: one field for dealers, mechanics, farms and sticker numbers."""
