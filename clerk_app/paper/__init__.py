"""Printed documents and their printing.

page        blocks of a page, independent of printer and paper width
documents/  contents of each document: plain values to a PaperPage in the requested language
printers/   layout of a page, bytes for receipt printers, preview, and the spool folder

Only `printers.spool` has side effects. That a document was made and printed is recorded by the callers.
"""
