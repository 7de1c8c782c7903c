"""Images of the platform and of Asterisk."""
