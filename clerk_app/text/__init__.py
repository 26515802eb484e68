"""Outside text (typed, pasted, scanned, imported, received) becomes inside text here, and nowhere else.

cleaning            clean_text, clean_input, clean_code: text as it is stored; refuse what cannot be stored
folding             fold_text, is_same_text: the copy used to compare and to search
display             display_text: text that is safe to draw, whatever it contains
characters          classes of characters: spaces, letters, ignorable and refused characters
private_use         characters of GBK fonts that have a standard code since GB 18030-2022

All functions are pure. Names are stored as given: no normalisation form is applied to them.
"""
