"""Loss reports, found items, matching, custody, return."""
