"""What the creator's operating commands do, without a word on a terminal.

Each room takes the world that a command opened (`opening`) and says what it would do or did.
"""
