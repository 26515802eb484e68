"""The visual language: themes, sizes of the terminal, and the frames of panels."""
