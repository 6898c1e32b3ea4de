"""What the build prepares for the service: pages and mails with slots, and its words; pure."""
