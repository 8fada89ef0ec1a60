"""The caller named time: fires what is due and works off chunks."""
