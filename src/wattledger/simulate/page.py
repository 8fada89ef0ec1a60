"""The looks the simulated pages share: those of a rack PDU of some years ago."""

from html import escape

from wattledger.simulate.face import Face
from wattledger.simulate.kind import Meter

_STYLE = """
body { font: 13px Verdana, Arial, sans-serif; margin: 0; background: #f4f4f0; color: #222 }
h1 { font-size: 16px; margin: 0; padding: 10px 14px; background: #24405e; color: #fff }
main, nav { padding: 10px 14px } nav a { margin-right: 14px }
table { border-collapse: collapse; background: #fff } caption { text-align: left; padding: 6px 0 }
td, th { border: 1px solid #c8c8c0; padding: 4px 10px; text-align: left; font-weight: normal }
footer { padding: 10px 14px; color: #777; font-size: 11px }
"""


def page(meter: Meter, body: str, *, head: str = "") -> str:
    """Return a whole page of a meter around ``body``; ``head`` goes into its head."""
    name, place = escape(meter.spec.name), escape(meter.spec.location)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{name} - Rack PDU</title>\n<style>{_STYLE}</style>\n{head}</head>\n<body>\n"
        f"<h1>{name}</h1>\n<main>\n{body}\n</main>\n"
        f"<footer>{place} | Firmware v3.9.2 | Serial {serial(meter)}</footer>\n</body>\n</html>\n"
    )


def serial(meter: Meter) -> str:
    """Return the serial number on the type plate."""
    return f"5A{meter.spec.seed % 10**8:08d}"


def figures_table(face: Face) -> str:
    """Return the usual table: the register among the figures that are easily taken for it."""
    return f"""<table>
<caption>Load and energy</caption>
<tr><th>Active power</th><td class="power">{face.watts} W</td></tr>
<tr><th>Voltage</th><td class="voltage">{face.volts} V</td></tr>
<tr><th>Current</th><td class="current">{face.amperes} A</td></tr>
<tr><th>Power factor</th><td class="power-factor">{face.power_factor}</td></tr>
<tr><th>Energy today</th><td class="today">{face.today_kwh} kWh</td></tr>
<tr><th>Apparent energy</th><td class="apparent">{face.kvah} kVAh</td></tr>
<tr><th>Total energy</th><td class="total-consumption">{face.kwh} kWh</td></tr>
</table>"""


FIGURES_FIELDS: dict[str, object] = {
    "power": {"selector": ".power"},
    "voltage": {"selector": ".voltage"},
    "current": {"selector": ".current"},
    "powerFactor": {"selector": ".power-factor"},
}
"""``fields`` of a recipe for a page with the figures table."""

FIGURES: dict[str, object] = {
    "valueSelector": ".total-consumption",
    "valuePattern": "([0-9.]+)",
    "fields": FIGURES_FIELDS,
}
"""``scrapingConfig`` for a page with the figures table."""

ENERGY_BUTTON = '<p><input type="button" value="Reset energy counter" disabled></p>'
"""What no reader may ever press."""
