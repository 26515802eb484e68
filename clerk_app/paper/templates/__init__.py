"""Wording and order of the printed papers as data: one YAML file for each kind of paper, with fields from its facts.

template             the records of a template
text                 texts with fields, conditions
block_parser         reads the blocks of a file, with the line of every mistake
facts_schema         types of the facts of a paper, as a template names them
field_check          checks the fields, conditions and fragments of a template against its facts
page_builder         builds the page of a paper from its template and its facts
template_set         the templates of the program and of a city, checked, with their versions
data                 the templates of the program; a city's are in the folder `papers/` of its catalogue

`docs/howto/add-a-paper.md` describes the files.
"""
