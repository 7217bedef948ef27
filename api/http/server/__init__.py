"""Client connections: accepting them, reading requests from them, and the limits on both."""
