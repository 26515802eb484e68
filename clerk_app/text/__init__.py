"""Outside text (typed, pasted, scanned, imported, received) becomes inside text here, and nowhere else.

cleaning            clean_text, clean_input: text as it is stored; clean_code, clean_scan: numbers and codes;
                    what cannot be stored is refused
folding             fold_text, fold_code, is_same_text: the copy used to compare and to search
display             display_text: text that is safe to draw, whatever it contains
characters          classes of characters: spaces, letters, ignorable and refused characters
private_use         characters of GBK fonts that have a standard code since GB 18030-2022
phone_numbers       normalize_phone: telephone numbers as people write them
identity_documents  DOCUMENT_KINDS and the check of the number of each kind

All functions are pure. Names are stored as given: no normalisation form is applied to them.
"""
