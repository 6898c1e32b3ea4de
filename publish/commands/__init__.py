"""One module a command, each with `command(words)`; publish/registry.py names them."""
