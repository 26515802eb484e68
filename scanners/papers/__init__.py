"""Reads papers from files and photographs into page pictures, in a child process that is ended at a time-out.

client       runs in the program: starts the child process, sends requests, ends a child that does not answer
process      runs in the child process: answers requests
pages        pages, findings, limits and errors, used on both sides;  messages  requests and replies as bytes
files        reads files of all accepted formats: pdf_files (pypdfium2), picture_files (Pillow)
joining      makes one file of several page pictures, and states what a file of ours contains
straightening  makes a page of a photograph: page_detection, flattening
findings     blank, unsharp, dark and small pages
"""
