"""What the wallboard and the floor show: read once a tick, made into frames, published to whoever watches."""
