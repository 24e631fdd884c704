"""When X happened, Y follows: heard inside the transaction of X."""
