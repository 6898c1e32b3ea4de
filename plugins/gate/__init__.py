"""The gate: no premium text, picture, file or path in anything public."""
