"""Reads implementing lists (实施清单) of departments from workbooks into the files of a catalogue folder."""
