"""Where raw mail comes from: mailboxes and folders. No framework, no database: callers keep the position."""
