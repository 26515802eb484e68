"""Finds faces in pictures: crops for a comparison by a person, and the check of a portrait photo. It recognises nobody.

face         a detected face (standard library only)
detector     detection by the BlazeFace model in `data/`, see NOTICE there
photo_check  what a portrait photo lacks, by rules that the caller gives (`photo_rules`)
crops        a face turned upright, with the eyes at the same place of each crop
"""
