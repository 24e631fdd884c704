"""The API: the same records and the same rights as the pages, for programs that show a personal token."""
