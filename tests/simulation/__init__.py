"""The whole foundation at work, drawn from one seed: `make simulate`, `python -m tests.simulation`.

People, devices and a bad network do what they do, through the services that pages and the API call,
and after each step what must hold is looked at. The same seed is the same run, on both databases.
"""
