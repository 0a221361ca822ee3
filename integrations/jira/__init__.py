"""Jira, in the cloud or on one's own server: tickets are told there as well."""
