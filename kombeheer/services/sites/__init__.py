"""Sites and installations, registered on the spot (`registering`) or by the office.

`scope` says who sees which; `lists` and `history` read, `locations` and `installations` change.
"""
