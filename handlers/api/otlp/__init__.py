"""OpenTelemetry's logs over HTTP: read from JSON or protobuf, and made log events."""
