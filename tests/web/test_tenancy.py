"""A client sees its own meters, months and statements, and nothing at all of anybody else."""

from decimal import Decimal
from typing import Any

import httpx
from tests.web.tenancy import ALDER, BIRCH, CEDAR, CLIENTS, NOW, PLACES, World, at, client_name
from tests.web.tenants import Callers

from wattledger.domain.instant import parse_instant

MONTHS = ((2026, 1), (2026, 2), (2026, 3))


async def test_a_client_lists_the_meters_that_serve_or_served_it(
    api: Callers, world: World
) -> None:
    for client in CLIENTS:
        listed = await api.data(client, "/meters")
        assert [each["id"] for each in listed] == sorted(
            world.meters[place] for place in world.terms_of(client)
        )
        names = {one["name"] for each in listed for one in each["clients"]}
        assert names == {client_name(client)}
    shares = await api.data(ALDER, "/meters", endpointId="Rack of two")
    assert [each["clients"] for each in shares] == [[{"name": "Alder quokka", "sharePercent": 30}]]
    moved = await api.data(BIRCH, "/meters", endpointId="Rack that moved")
    assert [each["clients"] for each in moved] == [[]], "Whom it serves now is not Birch's business"


async def test_a_client_is_shown_each_of_its_meters_as_its_list_shows_it(
    api: Callers, world: World
) -> None:
    assert world.meters
    for client in CLIENTS:
        for each in await api.data(client, "/meters"):
            assert await api.data(client, f"/meters/{each['id']}") == each
    whole = await api.data("", f"/meters/{world.meters[PLACES[1]]}")
    assert whole["clients"] != [], "who sees everything sees whom a meter serves now"


async def test_a_page_of_meters_goes_on_in_ones_own(api: Callers, world: World) -> None:
    found: list[int] = []
    cursor = None
    while True:
        page = await api.get(CEDAR, "/meters", limit=1, **({"cursor": cursor} if cursor else {}))
        found += [each["id"] for each in page.json()["data"]]
        cursor = page.json()["nextCursor"]
        if cursor is None:
            break
    assert found == sorted(world.meters[place] for place in world.terms_of(CEDAR))


async def test_months_are_those_of_the_statement(api: Callers, world: World) -> None:
    for client in CLIENTS:
        for year, month in MONTHS:
            shown = await api.data(client, f"/statements/{world.clients[client]}/2026-{month:02}")
            statement = shown["statement"]
            report = await api.data(client, f"/reports/{year}/{month}")
            energies = [total([each]) for each in report["lines"]]
            assert energies == [total([each]) for each in statement["lines"]]
            for name in {place.endpoint for place in world.terms_of(client)}:
                monthly = await api.data(
                    client, f"/consumption/monthly/{name}", year=year, month=month
                )
                lines = [each for each in statement["lines"] if each["endpoint"] == name]
                assert monthly["consumptionKwh"] == total(lines)
                assert {each["key"]: each["consumptionKwh"] for each in monthly["meters"]} == {
                    key: total([each for each in lines if each["meter"] == key])
                    for key in {each["meter"] for each in lines}
                }
    closed = await api.data(BIRCH, "/consumption/monthly/Rack narwhal A", year=2026, month=1)
    assert closed["state"] == "closed"


def total(lines: list[Any]) -> Decimal | None:
    known = [Decimal(str(each["kwh"])) for each in lines if each["kwh"] is not None]
    return sum(known, Decimal(0)) if known else None


async def test_the_energy_of_a_month_is_that_of_the_statements_lines(
    api: Callers, world: World
) -> None:
    """Also where it was closed: January has adjustments, so the truth of March is compared."""
    for client in CLIENTS:
        report = await api.data(client, "/reports/2026/3")
        for place in world.terms_of(client):
            number = world.meters[place]
            energy = await api.data(
                client, f"/meters/{number}/energy", from_="2026-03-01", to="2026-03-31"
            )
            lines = [each for each in report["lines"] if each["meterId"] == number]
            lines.sort(key=lambda each: each["from"])
            for part, line in zip(energy["parts"], lines, strict=True):
                same = ("from", "to", "kwh", "openingKwh", "closingKwh", "quality", "flags")
                assert {name: part[name] for name in same} == {name: line[name] for name in same}


async def test_what_all_clients_have_of_a_meter_is_all_of_it(api: Callers, world: World) -> None:
    for place in PLACES:
        number = world.meters[place]
        span = {"from_": "2026-01-01", "to": "2026-02-28"}
        whole = await api.data("", f"/meters/{number}/energy", **span)
        shared = sum(term.share_ppm for term in place.terms if term.holds(NOW))
        if shared < 1_000_000:
            continue
        theirs = Decimal(0)
        for client in CLIENTS:
            if place in world.terms_of(client):
                energy = await api.data(client, f"/meters/{number}/energy", **span)
                theirs += sum(Decimal(str(part["kwh"])) for part in energy["parts"])
        assert theirs == Decimal(str(whole["parts"][0]["kwh"])), place


async def test_readings_are_those_of_ones_own_time(api: Callers, world: World) -> None:
    for client in CLIENTS:
        for place, terms in world.terms_of(client).items():
            number = world.meters[place]
            listed = await api.data(client, f"/meters/{number}/readings", limit=1000)
            seen = {parse_instant(each["timestamp"]): each for each in listed}
            own = [
                each.at
                for each in world.readings[place]
                if any(term.holds(each.at) for term in terms)
            ]
            assert sorted(seen) == own
            assert {each["attemptId"] for each in listed} <= {None}
            first = seen[own[0]]
            assert (first["energyKwh"], first["join"]) == (None, "first")
            by_endpoint = await api.data(
                client, "/consumption/readings", endpointId=place.endpoint, limit=1000
            )
            of_meter = [each for each in by_endpoint if each["meter"] == place.key]
            assert sorted(parse_instant(each["timestamp"]) for each in of_meter) == own
            assert {each["rawData"] for each in by_endpoint} <= {None}
            assert {each["errorMessage"] for each in by_endpoint} <= {None}


async def test_shares_are_of_energy_and_power_and_not_of_the_register(
    api: Callers, world: World
) -> None:
    number = world.meters[PLACES[2]]
    span = {"from_": "2026-03-01", "to": "2026-03-02"}
    whole = await api.data("", f"/meters/{number}/readings", **span)
    own = await api.data(ALDER, f"/meters/{number}/readings", **span)
    assert len(own) == len(whole) == 8
    for mine, all_of_it in zip(own, whole, strict=True):
        assert mine["totalKwh"] == all_of_it["totalKwh"]
        assert mine["energyKwh"] == part(all_of_it["energyKwh"], "0.3", 6)
        assert mine["power"] == part(all_of_it["power"], "0.3", 3)


def part(value: object, share: str, decimals: int) -> Decimal:
    exactly = Decimal(str(value)) * Decimal(share)
    return exactly.quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_DOWN")


async def test_the_month_to_date_is_that_of_ones_own_time(api: Callers, world: World) -> None:
    for client in CLIENTS:
        for place in world.terms_of(client):
            listed = await api.data(
                client, "/consumption/readings", endpointId=place.endpoint, limit=1000
            )
            of_meter = [each for each in listed if each["meter"] == place.key]
            for each in of_meter[:: max(1, len(of_meter) // 9)]:
                month = max(
                    edge
                    for edge in ("2025-12-01", "2026-01-01", "2026-02-01", "2026-03-01")
                    if at(f"{edge}T00:00:00") <= parse_instant(each["timestamp"])
                )
                energy = await api.data(
                    client,
                    f"/meters/{world.meters[place]}/energy",
                    from_=month,
                    to=each["timestamp"],
                )
                known = [part["kwh"] for part in energy["parts"] if part["kwh"] is not None]
                expected = sum(map(Decimal, map(str, known)), Decimal(0))
                assert Decimal(str(each["currentKwh"] or 0)) == expected, (place, each)


async def test_the_summary_is_of_what_one_used_oneself(api: Callers, world: World) -> None:
    for period, start in (("day", "2026-03-14"), ("week", "2026-03-08"), ("month", "2026-02-13")):
        for client in CLIENTS:
            summary = await api.data(client, "/consumption/summary", period=period)
            assert {each["clientName"] for each in summary["endpoints"]} == {client_name(client)}
            for each in summary["endpoints"]:
                expected = Decimal(0)
                for place in world.terms_of(client):
                    if place.endpoint != each["name"]:
                        continue
                    energy = await api.data(
                        client,
                        f"/meters/{world.meters[place]}/energy",
                        from_=f"{start}T12:00:00+01:00",
                        to="2026-03-15T12:00:00+01:00",
                    )
                    expected += sum(Decimal(str(one["kwh"])) for one in energy["parts"])
                assert Decimal(str(each["consumptionKwh"])) == expected
            known = [Decimal(str(each["consumptionKwh"])) for each in summary["endpoints"]]
            assert Decimal(str(summary["totalKwh"])) == sum(known)


async def test_demand_is_of_the_windows_one_had_all_along(api: Callers, world: World) -> None:
    number = world.meters[PLACES[1]]
    span = {"from_": "2026-03-12T10:00:00+01:00", "to": "2026-03-12T11:00:00+01:00"}
    for client, known in ((ALDER, [False, True, True, True]), (CEDAR, [False] * 4)):
        demand = await api.data(client, f"/meters/{number}/demand", **span)
        assert [each["kw"] is not None for each in demand["windows"]] == known
        assert (demand["peak"] is not None) is any(known)


async def test_what_is_anothers_is_as_if_it_were_not_there(api: Callers, world: World) -> None:
    foreign = PLACES[5]
    number, public_id = world.meters[foreign], world.endpoints[foreign.endpoint]
    month = {"year": 2026, "month": 1}
    span = {"from": "2026-01-01", "to": "2026-01-02"}
    pairs: list[tuple[str, str, dict[str, Any]]] = [
        (f"/meters/{number}", "/meters/999", {}),
        (f"/meters/{number}/readings", "/meters/999/readings", {}),
        (f"/meters/{number}/readings", "/meters/999/readings", {"from": "nonsense"}),
        (f"/meters/{number}/energy", "/meters/999/energy", span),
        (f"/meters/{number}/demand", "/meters/999/demand", span),
        ("/meters", "/meters", {"endpointId": public_id}),
        (f"/consumption/monthly/{public_id}", "/consumption/monthly/nothing", month),
        ("/consumption/readings", "/consumption/readings", {"endpointId": foreign.endpoint}),
        (f"/statements/{world.clients[BIRCH]}/2026-01", "/statements/nobody/2026-01", {}),
        (
            f"/statements/{world.clients[BIRCH]}/2026-01/bundle",
            "/statements/nobody/2026-01/bundle",
            {},
        ),
        (
            f"/statements/{world.clients[BIRCH]}/2026-01/changes",
            "/statements/nobody/2026-01/changes",
            {},
        ),
        ("/statements", "/statements", {"clientId": client_name(BIRCH)}),
        ("/reports/2026/1", "/reports/2026/1", {"clientId": client_name(BIRCH), "format": "pdf"}),
    ]
    for there, nowhere, params in pairs:
        absent = {
            name: "nothing" if name in {"endpointId", "clientId"} else value
            for name, value in params.items()
        }
        refused, missing = (
            await api.get(ALDER, there, **params),
            await api.get(ALDER, nowhere, **absent),
        )
        assert refused.status_code == missing.status_code == 404, there
        asked = there.split("/")[2 if there.startswith(("/meters/", "/statements/")) else -1]
        sent = params.get("endpointId") or params.get("clientId") or asked
        gone = (
            absent.get("endpointId")
            or absent.get("clientId")
            or nowhere.split("/")[2 if nowhere.startswith(("/meters/", "/statements/")) else -1]
        )
        assert refused.text.replace(str(sent), "X") == missing.text.replace(str(gone), "X")
        assert told_by_headers(refused) == told_by_headers(missing)


def told_by_headers(response: httpx.Response) -> dict[str, str]:
    """Return what headers tell, beside what differs by what was sent, and from call to call."""
    own = {"content-length", "x-request-id"}
    return {name: value for name, value in response.headers.items() if name not in own}


async def test_tokens_tell_nothing_of_other_clients_and_tokens(api: Callers, world: World) -> None:
    api.token(BIRCH)
    foreign = max(each["id"] for each in await api.data("", "/tokens") if "narwhal" in each["name"])
    own = await api.data(ALDER, "/tokens")
    assert [each["name"] for each in own] == ["token of Alder quokka"]
    refused = await api.send(ALDER, "DELETE", f"/tokens/{foreign}")
    missing = await api.send(ALDER, "DELETE", "/tokens/9999")
    assert refused.status_code == missing.status_code == 404
    assert refused.text.replace(f"token {foreign}", "token 9999") == missing.text
    answers = [
        await api.send(ALDER, "POST", "/tokens", {"name": "x", "role": "client", "clientId": name})
        for name in (client_name(BIRCH), world.clients[BIRCH], "nobody")
    ]
    assert {each.status_code for each in answers} == {403}
    assert len({each.text for each in answers}) == 1
