"""What a message says and what it is: pure facts from bytes."""
