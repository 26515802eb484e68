"""Printing of pages: rows of text and symbols, ESC/POS bytes, previews, and the spool folder of a printer.

layout           text in rows of fixed-width cells
symbols, fonts   codes and logos as dots; fonts for pictures
escpos           bytes for receipt printers
preview          lines for the screen, pictures of the paper
spool            the printer: a folder to which encoded documents are written
"""
