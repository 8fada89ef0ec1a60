"""Which alerts somebody wants to be told of."""

from dataclasses import dataclass

from wattledger.domain.alert import Alert, AlertKind, Severity


@dataclass(frozen=True, slots=True)
class AlertChoice:
    """Kinds, how bad it must be, and whose or where it is. What is None leaves nothing out.

    ``client`` is a name, ``site_id`` where the endpoint stands.
    """

    kinds: frozenset[AlertKind] | None = None
    severity: Severity = Severity.WARNING
    client: str | None = None
    site_id: int | None = None

    def takes(self, alert: Alert) -> bool:
        """Tell whether an alert is among the wanted."""
        return (
            (self.kinds is None or alert.kind in self.kinds)
            and alert.severity.rank <= self.severity.rank
            and self.client in {None, alert.client}
            and self.site_id in {None, alert.site_id}
        )

    def includes(self, kind: AlertKind) -> bool:
        """Tell whether alerts of a kind may be among the wanted."""
        return self.kinds is None or kind in self.kinds
