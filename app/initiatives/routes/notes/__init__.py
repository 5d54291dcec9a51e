"""Pages of contact notes: writing one, reading them, taking them up again."""
