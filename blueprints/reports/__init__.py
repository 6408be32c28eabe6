"""Reports over HTTP: the list of visits and one report with its versions."""
