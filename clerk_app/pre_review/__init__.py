"""Pre-review of papers (材料预审): which kind of paper it is, and its fields. It proposes; a person decides."""
