"""Scans a camera, a file or a stream in a child process.

client   the program's side: starts the child, receives its views
process  the child: follows orders, decodes frames, sends views
sources, streams, frames, feed   where frames come from
"""
