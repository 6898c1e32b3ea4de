"""Where the private part of a release lies: the build's output folder, or a bucket."""
