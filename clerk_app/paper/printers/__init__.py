"""Layout, printer bytes and the spool."""
