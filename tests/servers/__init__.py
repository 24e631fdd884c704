"""Real servers that tests start: on free loopback ports, with random passwords, gone with the test run."""
