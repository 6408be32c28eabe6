"""`python -m kombeheer`."""

from __future__ import annotations

from kombeheer.cli.main import main

if __name__ == "__main__":
    main(prog_name="python -m kombeheer")
