"""Contents of printed documents: each is made of plain values and returns its page by `to_page(language)`.

ticket_slip, receipt, hand_over, code_slip   documents of the counter and the kiosk
notices                                      notices required by the Administrative Licensing Law
blocks, wording                              what they share

Times are local times of the service centre.
"""
