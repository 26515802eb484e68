"""Printed documents and their printing.

page        blocks of a page, independent of printer and paper width
documents/  the content of each document: converts plain values to a PaperPage in the requested language
printers/   layout of a page, bytes for receipt printers, preview, and the spool folder

Only `printers.spool` has side effects. The callers record that a document was made and printed.
"""
