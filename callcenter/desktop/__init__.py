"""The agent's and the lead's pages and sockets. No models, no rules."""
