"""Facts, KPI, wallboard, exports, reconciliation."""
