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
        "endpointId": finding.endpoint_id,
        "endpoint": finding.endpoint,
        "meterId": finding.meter_id,
        "meter": finding.meter,
        "sentence": finding.sentence,
    }
