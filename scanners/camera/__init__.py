"""Scans a camera, a file or a stream in a child process.

client       runs in the program: starts the child process, sends scan requests (`orders`), receives views
process      runs in the child process: receives scan requests, decodes frames, sends `views`
sources, streams, frames, feed         deliver frames
page_view, page_watch                  find the page under a document camera, and decide when it is taken
guidance, picture_monitor, sightings   advice to the citizen, picture faults, selection of new codes
face_view                              the face of a person for a comparison
"""
