"""The sentences of areas that have many; kombeheer/wording.py gathers them all."""
