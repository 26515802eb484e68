"""`python -m scanners` runs the camera process."""

import os
import sys

# File descriptor 1 is redirected to stderr before any library is loaded, so that no output mixes with the messages.
messages = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)

if __name__ == "__main__":
    from scanners.camera.process import main

    sys.stdout = sys.stderr
    main(messages)
