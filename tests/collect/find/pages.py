"""What is found on a page, for tests of the search."""

from dataclasses import dataclass

from wattledger.collect.attempt import Document
from wattledger.collect.find.find_numbers import FoundNumber, FoundNumbers, find_numbers
from wattledger.collect.find.propose import Proposal, propose
from wattledger.domain.figure import FigureKind
from wattledger.domain.recipe import Engine, PageConfig


@dataclass(frozen=True, slots=True)
class Seen:
    """The numbers of a page and the proposals made of them."""

    found: FoundNumbers
    proposals: tuple[Proposal, ...]

    @property
    def first(self) -> FoundNumber:
        """Return the likeliest register."""
        return self.found.numbers[self.proposals[0].place]

    def field(self, kind: FigureKind) -> FoundNumber:
        """Return the likeliest number of a kind."""
        return self.found.numbers[self.found.ranking.fields[kind]]


def seen(*texts: str, content_type: str = "text/html", seconds: float = 10) -> Seen:
    documents = [Document(f"http://127.0.0.1/{n}", content_type, t) for n, t in enumerate(texts)]
    found = find_numbers(documents, seconds)
    return Seen(found, propose(found, documents, PageConfig(), Engine.HTTP))
