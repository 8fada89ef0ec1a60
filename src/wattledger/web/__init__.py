"""The API over HTTP, and its documentation page."""
