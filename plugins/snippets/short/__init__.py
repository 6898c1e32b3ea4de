"""Posts of a few hundred characters, and threads of them."""
