"""Whatever can page PagerDuty, by its Events API v2."""
