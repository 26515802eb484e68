"""The catalogue: what a city offers at its windows, as data files, and the rules over them.

model       the data: Catalogue, OneThing, Matter, Material, Field, Organ, Calendar ... and its stored bytes
conditions  answer(condition, facts): yes, no or unknown
plan        plan(catalogue, one_thing, chosen, facts): what one acceptance asks for and sets going
routing     ready(plan, states), lapsed(plan, states): which matters may start now, which fall
prefill     prefill(plan, sources): the form's values that are known already, and where sources disagree
values      check_value(field, text): what a person typed, made regular or refused
search      search(catalogue, query, language)
calendar    WorkingDays: which days count
deadline    due(...), remaining(...): a clock with pauses
load        load(folder), check(folder): the YAML files; only here is YAML read
"""
