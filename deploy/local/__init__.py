"""What `./run` does, on the standard library alone: it runs before anything is installed."""
