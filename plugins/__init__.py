"""Build time: small, independent plugins round one pure model, composed by `engine`."""
