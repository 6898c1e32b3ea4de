"""What `inkstead doctor` looks at: each check is a small function that returns findings."""
