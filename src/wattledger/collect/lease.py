"""A lease for who reads alone: one process, no database, one device."""

from contextlib import AbstractAsyncContextManager, nullcontext


class Undivided:
    """Holds every device at once, for a dry run beside which nothing else reads."""

    def hold(
        self,
        host_port: str,  # noqa: ARG002 - any
        begin_by: float | None = None,  # noqa: ARG002 - at once
    ) -> AbstractAsyncContextManager[None]:
        """Hold the device while inside."""
        return nullcontext()
