"""Intake: drafts, completeness of an application, acceptance."""
