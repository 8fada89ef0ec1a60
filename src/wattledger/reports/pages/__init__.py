"""The parts of a printed statement: type, tables, the chart, the margins of a page."""
