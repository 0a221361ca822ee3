"""PromQL over a source of samples, as Prometheus 2.42 answers it; the subset is listed in docs/demo-world.md."""
