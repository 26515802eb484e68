"""`python -m scanners` runs the camera process, `python -m scanners cells` the one that draws pictures in cells."""

import os
import sys

# File descriptor 1 is redirected to stderr before any library is loaded, so that no output mixes with the messages.
messages = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)

if __name__ == "__main__":
    sys.stdout = sys.stderr
    if sys.argv[1:] == ["cells"]:
        from scanners.cell_process import main
    else:
        from scanners.camera.process import main
    main(messages)
