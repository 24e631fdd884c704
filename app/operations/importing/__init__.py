"""Files become records: their rows are read as drafts, compared with what is there, and written portion by portion."""
