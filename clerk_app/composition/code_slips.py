"""Signs the code that a citizen prints at a kiosk, with the keys in the folder of the authority."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from clerk_app.citizen.paper_answers import PaperAnswer, read_code_order, read_paper_answer
from clerk_app.composition.office import KEYS_FOLDER, SEEN_LISTS_FILE, TRUST_FOLDER
from clerk_app.errors import BadData, Refused
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.list_versions import load_trust_lists
from clerk_app.licences.reasons import ListFault
from db.engines import Transaction


def answer_paper(folder: Path, tx: Transaction, key: str, node: str, now: int) -> PaperAnswer:
    """Return the answer to an act of a citizen; a signed code is signed with the keys in the office's `folder`.

    The same entry gives a code with the same id. Raises Refused.
    """
    order = read_code_order(tx, key, node, now)
    if order is None:
        return read_paper_answer(tx, key, node, now)
    trust, _status = load_trust_lists(folder / TRUST_FOLDER, folder / SEEN_LISTS_FILE)
    issued = datetime.fromtimestamp(order.issued_at / 1_000_000, UTC)
    lifetime = datetime.fromtimestamp(order.expires_at / 1_000_000, UTC) - issued
    keys = KeyFolder(folder / KEYS_FOLDER)
    try:
        if isinstance(trust, ListFault):
            raise trust
        signer = keys.find_signing_key(trust, order.issuer, issued, order.kind)
        return PaperAnswer(code=keys.sign_code(order.licence, signer, issued, lifetime, order.id))
    except (BadData, OSError) as error:
        raise Refused("no_key", "The city cannot sign a code of this licence now. Please ask at a window.") from error
