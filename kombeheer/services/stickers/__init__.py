"""The sticker ledger: `ledger` moves, `logistics` are the office's and the dealer's acts, `check` proves."""
