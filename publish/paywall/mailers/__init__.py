"""Who carries a finished mail: a folder to look into, an SMTP server, or SES."""
