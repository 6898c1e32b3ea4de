"""The build: composes the plugins, and is the Pelican class that fails closed."""
