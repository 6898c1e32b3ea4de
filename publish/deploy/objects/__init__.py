"""Where objects lie: a bucket, a folder, or nowhere at all for a plan."""
