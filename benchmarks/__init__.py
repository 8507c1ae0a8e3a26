"""Measurements: what this package costs, beside the official SDK where both can be measured."""
