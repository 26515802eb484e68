"""Applications from outside (我要办): received from a portal or by post, opened and answered at a window."""
