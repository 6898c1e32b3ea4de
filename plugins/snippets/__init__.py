"""One post for every platform: texts, pictures and a page to copy them from; pure."""
