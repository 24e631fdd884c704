"""Signing in to mail servers by a provider's grant (OAuth 2.0), in both directions of mail."""
