"""Where the service keeps its objects: one file on a laptop or server, one table in the cloud."""
