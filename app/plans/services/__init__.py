"""What people do to plans and what stands in them. Rights were checked, the caller commits."""
