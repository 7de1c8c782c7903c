"""Asterisk's configuration: templates, and `render`, which fills them in."""
