"""The whole post in the markup that a platform keeps."""
