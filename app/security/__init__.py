"""Who may: roles, the columns they see, sign-in, sessions, accounts."""
