"""How what students hand in is read. Every name, size and byte of it is a stranger's, and nothing is written."""
