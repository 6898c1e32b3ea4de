"""Lead magnets: which one shows where, its form in a text, what a reader agrees to; pure."""
