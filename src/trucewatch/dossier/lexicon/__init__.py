"""The dossier's words, read from YAML: concepts, stances, parties."""
