"""Pages of the démarche: its four stages, and a zone's part in it."""
