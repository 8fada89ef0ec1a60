"""Every status of a reading has its word, the one the commands print."""

from wattledger.domain.reading import Status
from wattledger.web.status_word import status_word


def test_every_status_has_its_word() -> None:
    assert [status_word(status) for status in Status] == [status.word for status in Status]
