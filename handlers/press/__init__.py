"""Pictures and pages; matplotlib lives here, and is loaded when the first of them is wanted."""
