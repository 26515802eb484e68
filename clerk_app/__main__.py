"""`python -m clerk_app`: the same as `clerk`."""

import sys

from clerk_app.cli import main

sys.exit(main())
