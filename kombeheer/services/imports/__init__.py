"""Take over an administration from files: read, judged line by line, written all or nothing."""
