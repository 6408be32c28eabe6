"""The sticker ledger: `ledger` moves, `logistics` are people's acts, `checking` proves."""
