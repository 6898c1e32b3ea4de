"""Operate: the command line, the preview and, beside them, the contract with the build."""
