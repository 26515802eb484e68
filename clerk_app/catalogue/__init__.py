"""The catalogue: what a city offers in its service centres, as data files, and the rules on them.

model         the data: Catalogue, OneThing, MatterDefinition, Field ... and its stored bytes
conditions    evaluate_condition: yes, no or unknown
plan          make_plan: what one application needs and starts
routing       find_ready, find_lapsed: which matters may start now, which lapse
prefill       prefill_fields: values of the form that are known, and sources that disagree
form_values   normalize_form_value: the same for a field of a form, with the answers it depends on
field_values  normalize_value: input of a field, normalised or rejected
search        rank_exactly, rank_with_mistakes: whether and how well a name matches a query
names, grams, name_index  the names that can be found, and the index of them in the store
entries, parts, rows  a published catalogue as rows, and the part that one of its one things needs
working_days  WorkingDays: which days are working days
legal_calendar  LegalCalendar: the working days of the city and of each organ that count for a case
deadlines     compute_due_date: terms with pauses
projection    project_promised_date, project_statutory_date: when a whole case will be ready
paper_folder, papers  the folder `papers/`, and the section of the catalogue that it becomes
loader        load_folder, check_folder: read and check the YAML files
publication   the command that publishes a catalogue; published versions in the store
documents     replication of published catalogues
"""
