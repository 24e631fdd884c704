"""From a mailbox to an outcome: sources, facts, stages."""
