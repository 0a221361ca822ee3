"""LogQL: read into a tree of our own, checked, limited to a tenant, and written again."""
