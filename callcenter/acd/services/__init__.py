"""Every write of call distribution, split by noun."""
