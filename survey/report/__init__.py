"""The document: composed as plain values, drawn as PDF."""
