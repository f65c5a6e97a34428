"""Sharing a session, what was done with it, and a participant's own way to what is kept of them."""
