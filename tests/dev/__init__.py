"""Tools for looking at pages while they are built. Nothing here is shipped or run by the tests."""
