"""Tables as files, for and from a spreadsheet: written, and read back."""
