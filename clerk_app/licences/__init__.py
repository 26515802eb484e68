"""E-licences: codes recognised, verified and issued. Import from the modules, so that only what is needed is loaded.

code_formats.recognise_code(text, policy)         recognises the format of a text
code_formats.verify_code(code, context)           verifies a signed code; the verdict is green, amber or red
trust_folder.TrustFolder.load_trust_list(root)    loads the trusted issuers
trust_folder.TrustFolder.load_status_lists(trust) loads the lists of revoked licences
issuance, trust_list, status_list                 sign on behalf of an issuer or the authority

Codes are read by the package `scanners`. Within this package, only `repository`, `shared_materials` and
`registered_licence` use the database.
"""
