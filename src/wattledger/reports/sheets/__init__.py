"""The sheets of the workbook of a month: one kind a file."""
