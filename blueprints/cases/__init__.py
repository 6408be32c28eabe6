"""Cases over HTTP: the office's day, the list, one case and its decision."""
