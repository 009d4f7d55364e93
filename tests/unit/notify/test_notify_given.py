"""The customer's page shows the facts and the files that came with each message."""

from decimal import Decimal

from services.notify.customer import customer_view
from shared.events.base import Attachment
from shared.events.personal import Personal
from shared.testing.scenario import COMPLAINT, START
from tests.stories import Story
from tests.unit.notify.letterbox import received

RECEIPT = Attachment(
    sha256="0" * 64,
    name=Personal("receipt.pdf"),
    media_type="application/pdf",
    size=3,
    status="quarantined",
)


def test_the_copy_of_a_complaint_holds_its_facts_and_its_files():
    fact = received(amount=Decimal("0.5"), asset="BTC", txid="ab" * 32, attachments=(RECEIPT,))

    view = customer_view(COMPLAINT, "RD-TEST", Story(COMPLAINT, START).tell((0.0, fact)).events)

    assert view.messages[0].given == ("0.5 BTC", "ab" * 32, "receipt.pdf")
