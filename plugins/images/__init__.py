"""Pictures and other files of a text: measured, stripped of metadata, scaled where large."""
