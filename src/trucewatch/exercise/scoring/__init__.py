"""Scores of incidents, findings and warnings against an exercise's truth."""
