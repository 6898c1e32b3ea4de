"""Local stand-ins for the payment provider and a mailbox: for the preview and the tests."""
