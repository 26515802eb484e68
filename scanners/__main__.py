"""`python -m scanners` runs the camera process.

`python -m scanners cells` runs the process that draws pictures in cells, `papers` the one that reads files of papers,
and `text NICENESS SECONDS` the one that reads the text of pages.
"""

import os
import sys

# File descriptor 1 is redirected to stderr before any library is loaded, so that no output mixes with the messages.
messages = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)

if __name__ == "__main__":
    sys.stdout = sys.stderr
    if sys.argv[1:] == ["cells"]:
        from scanners.cell_process import main
    elif sys.argv[1:2] == ["text"]:
        from functools import partial

        from scanners.text.process import main as read_text

        main = partial(read_text, niceness=int(sys.argv[2]), read_seconds=int(sys.argv[3]))
    elif sys.argv[1:] == ["papers"]:
        from scanners.papers.process import main
    else:
        from scanners.camera.process import main
    main(messages)
