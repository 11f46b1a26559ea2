"""Stands in until the real one is merged."""


def html(result, function, language):
    return "<p></p>"
