"""Codes as drawings: a sticker number as bar code and as QR code. No database, no HTTP."""
