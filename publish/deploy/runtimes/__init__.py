"""What runs the service: a Lambda function, or a folder that says what would run."""
