"""Pages of contact campaigns."""
