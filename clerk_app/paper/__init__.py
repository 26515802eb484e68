"""What comes out on paper.

    documents, notices   what stands on each paper: plain values in, a `Page` out, in the language asked for
    page                 the few blocks that a page is made of
    layout               how text falls into the columns of a roll
    symbols              Code 128 and QR as dots
    thermal              a page as the bytes of a receipt printer
    preview              a page as lines for the screen, and as a picture of the paper
    spool                the printer: a folder in which a paper lies wholly or not at all

Pure but for `spool`. That a paper was made, and that it came out, is recorded by the rooms that ask for it.
"""
