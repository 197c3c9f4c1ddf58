"""The papers of a case: documents, agreement, undertakings, notices, drawings (R-3.3.1–R-3.4.7)."""
