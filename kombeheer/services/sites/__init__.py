"""Sites and installations: `registering` makes them, `keeping` shows and changes them."""
