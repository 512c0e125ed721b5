"""The event log behind one port: topics, partitions, groups, offsets."""
