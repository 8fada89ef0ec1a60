"""A farm's hold on one of its processes."""

import multiprocessing
from typing import TypeVar

from wattledger.domain.errors import WattledgerError
from wattledger.domain.instant import Instant
from wattledger.simulate.messages import Failed, Listening, Order, SetTime, TimeIsSet
from wattledger.simulate.serving import serve

_ANSWER_SECONDS = 60
_STOP_SECONDS = 5

_Answer = TypeVar("_Answer", Listening, TimeIsSet)


class FarmError(WattledgerError):
    """A farm that cannot run; the message says what to change."""


class Link:
    """A process of the farm and our end of the pipe to it; the process ends with the pipe."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs,), name="wattledger-farm", daemon=True
        )
        self._process.start()
        theirs.close()

    def order(self, order: Order) -> None:
        """Send what to serve; ``ports`` then waits for it."""
        try:
            self._pipe.send(order)
        except ConnectionError:
            raise self._lost() from None

    def ports(self) -> tuple[int, ...]:
        """Return the ports once all meters of the order listen."""
        return self._answer(Listening).ports

    def set_time(self, at: Instant | None) -> None:
        """Return when the process shows the new time."""
        try:
            self._pipe.send(SetTime(at))
        except ConnectionError:
            raise self._lost() from None
        self._answer(TimeIsSet)

    def let_go(self) -> None:
        """Close the pipe, which ends the process soon."""
        self._pipe.close()

    def join(self) -> None:
        """Wait for the end of the process; force it when it does not come."""
        self._process.join(_STOP_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    def _answer(self, wanted: type[_Answer]) -> _Answer:
        try:
            answer = self._pipe.recv() if self._pipe.poll(_ANSWER_SECONDS) else None
        except (EOFError, ConnectionError):
            raise self._lost() from None
        if isinstance(answer, Failed):
            raise FarmError(
                f"The farm cannot listen: {answer.reason}. Choose other ports, end what holds "
                "them, or raise the limit of open files (ulimit -n)."
            )
        if not isinstance(answer, wanted):
            raise FarmError(
                f"A process of the farm gave no answer within {_ANSWER_SECONDS} s; "
                "the machine is overloaded, so start fewer meters."
            )
        return answer

    def _lost(self) -> FarmError:
        self._process.join(_STOP_SECONDS)
        return FarmError(
            f"A process of the farm ended (exit code {self._process.exitcode}); "
            "what it printed says why. Start the farm again."
        )
