"""Pages of the web, read into the knowledge base where the operator allows it."""
