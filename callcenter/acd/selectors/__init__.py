"""Every read of call distribution, split by noun."""
