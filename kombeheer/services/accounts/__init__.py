"""Who may come in: `login` and its sessions, `users` and invitations, `tokens` for programs."""
