"""Pages of the catalogue of needs and leads."""
