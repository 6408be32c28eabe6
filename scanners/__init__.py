"""Device text in, digits out. Not here: whether the number exists (services) or HTTP."""
