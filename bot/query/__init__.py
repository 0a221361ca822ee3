"""Words to queries: metrics, labels and times as people say them, PromQL as a source reads it."""
