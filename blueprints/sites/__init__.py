"""Sites and installations over HTTP: list, pages and forms (`routes`), and for programs (`api`)."""
