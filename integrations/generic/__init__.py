"""Any JSON, read by a mapping that the plan declares."""
