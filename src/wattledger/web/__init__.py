"""The caller named HTTP: the API and its documentation."""
