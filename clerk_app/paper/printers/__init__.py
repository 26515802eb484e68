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
folder_printer   a folder as a printer; its files: spool
queued_printer   a printer on a line, or a queue of the system; its jobs: print_queue
escpos_device    a receipt printer: state and confirmation by its answers (answers, status_bytes, status_queries)
lines            TCP, serial and USB lines; their addresses: device_address
cups_device      a print queue of CUPS
"""
