"""Measurements that `make bench` prints; nothing here runs in the tests."""
