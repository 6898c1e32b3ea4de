"""The page from which a creator copies."""
