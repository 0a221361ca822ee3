"""How often the translator is right: its queries are executed beside accepted ones, on data made from the catalogue."""
