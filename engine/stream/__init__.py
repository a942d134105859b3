"""The live side: what speaks Kafka."""
