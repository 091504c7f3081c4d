"""What makes Vigie run on one machine without accounts, servers or a public."""
