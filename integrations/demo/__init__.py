"""The demo world: a seeded town of services that lives while one watches."""
