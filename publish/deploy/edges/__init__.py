"""What stands before the objects and names the release: CloudFront, or a folder."""
