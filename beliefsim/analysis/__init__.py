"""Metrics with their named nulls, ceilings and intervals: tables in, tables out."""
