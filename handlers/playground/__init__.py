"""The browser page: both chats, simulated, and the gallery."""
