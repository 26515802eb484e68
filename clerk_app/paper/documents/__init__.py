"""The printed papers. Each is a dataclass of plain facts; the template of its `kind` has the wording and the order.

ticket_slip, receipt, hand_over, code_slip, consent_list, co_signature_sheet   papers of the counter and the kiosk
notices                                      notices required by the Administrative Licensing Law
shared_facts                                 facts that several papers share
facts                                        the base: `to_page(language)`
kinds, samples                               all kinds of paper; sample facts of each, from `data`
template_check                               check_templates: a city's templates with all samples

Times are local times of the service centre.
"""
