"""What each role does with what it reads: small callables that know neither Faust nor Kafka."""
