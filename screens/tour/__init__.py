"""The tour: a new clerk is led through a visit, a decision and the supervisor's screen in the real program."""
