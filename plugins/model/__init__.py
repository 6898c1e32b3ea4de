"""The pure room that every plugin shares: what a creator's folder says, without Pelican."""
