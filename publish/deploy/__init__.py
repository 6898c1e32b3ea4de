"""Putting a generation and the service where readers are."""
