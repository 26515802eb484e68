"""Printing of pages: rows of text and symbols, ESC/POS bytes, previews, and the spool folder of a printer.

layout           text in rows of fixed-width cells
symbols, fonts   codes and logos as dots; fonts for pictures
escpos           bytes for receipt printers
a4, letter, pdf  PDF of A4 sheets: the page as a letter, compiled by typst
characters       characters that neither printer nor fonts have
installed_fonts  fonts of this machine and their characters
row_picture      a row of text as dots
preview          lines for the screen, pictures of the paper
printer          interface of a printer: state, job, outcome
printer_set      the printers of a machine, and which of them prints which kind of paper
print_job        a page encoded for a printer
folder_printer   a folder as a printer
spool            the files of such a folder
"""
