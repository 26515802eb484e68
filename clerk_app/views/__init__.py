"""Contract between screens and roles: a Protocol for each role, frozen dataclasses for what to show.

A screen contains no rules. It calls a service in a worker thread, because a method may wait for disk or network, and
shows the returned view. Every text in a view is translated to the current language, masked and free of control
characters; after a change of the language the screen reads the view again. Times are aware datetimes in the time zone
of the office.

Every method may raise a ClerkError; `str()` of the error is the sentence for the message line. A method that raises has
changed nothing.
"""
