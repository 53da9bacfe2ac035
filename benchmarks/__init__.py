"""What `make bench`, `make coverage` and `make faults` run."""
