"""Where objects lie: a bucket, or a folder."""
