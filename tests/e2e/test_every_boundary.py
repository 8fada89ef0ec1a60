"""A running server is called with every boundary of every value that its document names."""

from pathlib import Path

from tests.docs.test_api_script import Served
from tests.web.test_schemathesis import call_for_a_while, served

__all__ = ["served"]


def test_the_server_answers_at_every_boundary_as_the_document_says(
    served: Served, tmp_path: Path
) -> None:
    call_for_a_while(served, tmp_path, "coverage")
