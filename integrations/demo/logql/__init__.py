"""LogQL over streams of lines, as Loki answers it. Pure, so that an evaluation can use it on lines of its own."""
