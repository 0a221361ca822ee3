"""CloudWatch alarms, by way of Amazon SNS."""
