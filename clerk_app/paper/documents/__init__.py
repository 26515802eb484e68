"""The printed documents. Each is a dataclass of plain values whose `to_page(language)` returns the page.

ticket_slip, receipt, hand_over, code_slip, consent_list   documents of the counter and the kiosk
notices                                      notices required by the Administrative Licensing Law
blocks, wording                              parts that the documents share

Times are local times of the service centre.
"""
