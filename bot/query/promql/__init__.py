"""PromQL: checked against what exists, and limited to a tenant."""
