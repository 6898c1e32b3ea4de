"""The one thing that the build and everything after it both know.

`manifest` is what a generation says of itself, `report` is how the build process speaks
while it works, `catalogue` is the words in which both speak to a creator.
"""
