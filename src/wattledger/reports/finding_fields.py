"""A finding as JSON says it."""

from typing import Any

from wattledger.domain.finding import Finding


def finding_fields(finding: Finding) -> dict[str, Any]:
    """Return a finding's fields by their public names."""
    return {
        "kind": finding.kind.value,
        "blocks": finding.kind.blocks,
        "clientId": finding.client_id,
        "client": finding.client,
        "endpoint": finding.endpoint,
        "meter": finding.meter,
        "sentence": finding.sentence,
    }
