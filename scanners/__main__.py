"""`python -m scanners`: the camera child."""

import os
import sys

# What libraries print on fd 1 must not come between the messages: it goes where stderr goes, before any is loaded.
messages = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)

if __name__ == "__main__":
    from scanners.camera.process import main

    sys.stdout = sys.stderr
    main(messages)
