"""Reads the lines of text of a page, offline, in a child process. It needs the extra `text`."""
