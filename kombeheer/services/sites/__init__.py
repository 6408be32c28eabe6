"""Sites and installations: `registering` on the spot, `installations` and `locations` by the office.

`scope` says who sees which, `lists` and `history` read them.
"""
