"""Addresses in rendered HTML: found, resolved, and dressed for a page or for a feed."""
