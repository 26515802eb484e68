"""Pre-review of papers (材料预审): what was read from a paper, and how it compares. It proposes and never decides."""
