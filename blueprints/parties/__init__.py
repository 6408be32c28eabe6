"""The parties over HTTP: lists, pages and forms (`routes`), and mechanics for programs (`api`)."""
