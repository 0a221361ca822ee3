"""Any ticket system that takes a signed POST: tickets are told there as well."""
