"""Thin handlers: they say what, the layers below say how."""
